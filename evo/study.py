"""Ask and tell without workers: the caller scores, the study proposes, logs and resumes."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, SupportsFloat

from evo.engine.asked_sizes import size_limits, without_images
from evo.engine.choices import choose
from evo.engine.configuring import Asked, resolve_request
from evo.engine.fits import Fits
from evo.engine.history import History
from evo.engine.inline_fits import InlineFits
from evo.engine.monitor import Heartbeat
from evo.engine.objective_values import judged, lacking, measured, without_threshold
from evo.engine.observer import LiveRun
from evo.engine.plugins import DEFAULT_STRATEGY, build_strategy, make
from evo.engine.proposing import evaluation_of, started_with, trial_of
from evo.engine.screens import Screens
from evo.engine.session import new_run_dir
from evo.engine.study_screens import StudyScreens
from evo.engine.summary import summarise, write_best
from evo.engine.telling import error_words, not_finite, told_number, told_numbers
from evo.given_candidates import Initial, candidates_in
from evo.records.config import TOLD, Choice, Limits
from evo.records.failures import ReplayError
from evo.records.record import Record
from evo.records.requests import PluginLike, SearchRequest
from evo.records.search_objectives import objectives_of
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.runs import Run
from evo.storage.ask_log import AskLog
from evo.storage.run_folder import RunFolder
from evo.storage.run_log import RunLog
from evo.strategies import STRATEGIES
from evo.strategies.kinds import SearchKind
from spaces import PreparedSpace, candidate_key
from tasks import derive_rng
from tasks.foundation.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

CLOSED = "closed"
"""How a study ended that was given back."""


class Study:
    """A search whose trials the caller scores, in any order, one after the other or several at once.

    What a strategy has fitted is fitted in this process, in the ask or tell that needs it.

    Rows are a function of the configuration and of how asks and tells follow each other. What was asked and never told
    before a kill is asked again first when the same study is made on its folder.
    """

    def __init__(
        self,
        *,
        space: PluginLike,
        strategy: PluginLike | None = None,
        seed: int = 0,
        initial: Initial = (),
        constraints: str | Sequence[str] = (),
        constraint_size: Mapping[str, object] | str | None = None,
        run_dir: str | Path | None = None,
        objectives: str | Sequence[str] | None = None,
    ) -> None:
        """Begin a study, or take one up where ``run_dir`` holds it; raises UsageError.

        space, strategy: by name, ``name(option=value)``, ``module:attribute``, class or object
        seed: determines what is proposed
        initial: candidates, texts or records to propose first, another run, whose ten best are taken, or ``published``
        constraints: bounds on the size of networks, e.g. ``params<1e6``, within which is proposed
        constraint_size: options of the space at which networks are counted for that, None for its own
        run_dir: the study's folder, a new one in ``runs`` by default
        objectives: as in ``evo.search``, the fitness first; metrics that are told are the others, and parameters and
        multiply-adds of a network are counted

        Raises ReplayError, too, where a folder's trials are not those that are proposed now.
        """
        bounds = {"constraints": constraints, "constraint_size": constraint_size, "objectives": objectives}
        asked = _resolved({"space": space, "strategy": strategy, "seed": seed, "run_dir": run_dir, **bounds})
        self._objects = asked.objects
        self._space: Any = make("space", asked.config, asked.objects)
        told = replace(asked.config, fitness=Choice(TOLD), ahead=1)
        self._config = started_with(told, self._space, candidates_in(initial))
        self._objectives = objectives_of(self._config)
        self._count = without_images(self._space)
        self._sizes = size_limits(self._config, self._space, without_images)
        self._strategy = build_strategy(self._config, self._space, objects=self._objects, sizes=self._sizes)
        self.path = asked.run_dir or new_run_dir(self._config)
        self._fits = Fits(self.path, self._config.space, InlineFits(self._space))
        screens = Screens(self.path, self._space, partial(candidate_key, self._space), self._config.seed)
        self._screens = StudyScreens(screens, self._config, self._space, self._strategy)
        self._asked = 0  # trials proposed
        self._passed_on = 0  # trials that the strategy was told of, in their order
        self._open: dict[int, Trial] = {}  # proposed, and not passed on
        self._outcomes: dict[int, Outcome] = {}  # told, and not passed on
        self._again: list[Trial] = []  # asked before a kill, and never told
        self._take_up()

    def _take_up(self) -> None:
        """Own the folder and go on where it stands; it is given back where that fails."""
        self._folder = RunFolder(self.path)
        self._folder.check(self._config)
        with ExitStack() as undo:
            undo.enter_context(self._folder).claim(self._config, Limits())
            if isinstance(self._space, PreparedSpace):
                self._space.prepare(self.path)
            self._log, self._asks = RunLog(self.path), AskLog(self.path)
            undo.callback(self._asks.close)
            self._replay(History(self.path))
            undo.pop_all()

    def ask(self) -> Trial | None:
        """Return the next trial to score: ``trial.candidate`` and its ``text``; None where there is none before a tell.

        The trial is on disk when it is returned. Raises UsageError once the study was closed, and ContractError where
        the strategy or the space breaks its contract.
        """
        self._check_usable()
        if self._again:
            return self._again.pop(0)
        trial = self._propose()
        if trial is not None:
            self._asks.append(trial.trial_id, self._passed_on)
            self._live.total = self._asked
            self._heartbeat.tick(self._live)
        return trial

    def tell(
        self,
        trial: Trial,
        fitness: SupportsFloat | None = None,
        *,
        metrics: Mapping[str, float] | None = None,
        error: str | BaseException | None = None,
    ) -> None:
        """Log what became of a trial: its fitness, or the error that it failed by; on disk when this returns.

        Raises UsageError for a trial that is not open or of another study, for what is no number, and unless one of
        fitness and error is given.
        """
        self._check_usable()
        if not isinstance(trial, Trial):
            raise UsageError(f"tell({trial!r}): give the trial that ask() returned")
        if (fitness is None) == (error is None):
            raise UsageError(f"tell(trial {trial.trial_id}): give a fitness, or error=... for a trial without one")
        if self._open.get(trial.trial_id) != trial or trial.trial_id in self._outcomes:
            raise UsageError(f"tell(trial {trial.trial_id}): it is not open; tell each trial that was asked here once")
        finished = Finished(self._open[trial.trial_id], self._outcome(trial, fitness, metrics, error))
        self._log.append(finished)
        self._log.flush()
        self._outcomes[trial.trial_id] = finished.outcome
        self._pass_on()
        self._heartbeat.finished(self._live, finished)

    def trials(self) -> "pa.Table":
        """Return all trials that were told, a row each."""
        return self.run.trials()

    def best(self, count: int = 1) -> list[Record]:
        """Return the records of the best trials, best first."""
        return self.run.best(count)

    @property
    def run(self) -> Run:
        """The study's folder as a run."""
        return Run(self.path, again=_refuse, objects=self._objects, trust=True)

    def close(self) -> None:
        """Write the winner and give the folder back; the study can be made again on it."""
        if self._asks.closed:
            return
        with self._folder:
            self._asks.close()
            write_best(self.path, summarise(self.path, limit=1), self._config, self._space)
            self._heartbeat.ended(self._live, CLOSED)

    def __enter__(self) -> "Study":
        """Return the study."""
        return self

    def __exit__(self, *error: object) -> None:
        """Give the folder back."""
        self.close()

    def _check_usable(self) -> None:
        """Raise UsageError once the folder was given back."""
        if self._asks.closed:
            raise UsageError(f"{self.path}: this study was closed; make it again, evo.Study(..., run_dir=...)")

    def _fit(self) -> None:
        """Make what the strategy waits for before it is asked or told; raises UsageError and FitError."""
        while not self._fits.settled(self._strategy):
            self._fits.wait(0.0)

    def _propose(self) -> Trial | None:
        self._fit()
        proposal = self._strategy.ask(derive_rng(self._config.seed, "ask", self._asked))
        if proposal is None and self._screens.made():  # it is asked again, by the same rng
            proposal = self._strategy.ask(derive_rng(self._config.seed, "ask", self._asked))
        if proposal is None:
            return None
        key_of = partial(candidate_key, self._space)
        trial = trial_of(proposal, self._asked, seed=self._config.seed, space=self._space, key_of=key_of)
        trial = without_threshold(trial, self._objectives)
        self._open[trial.trial_id] = trial
        self._asked += 1
        return trial

    def _pass_on(self, until: int | None = None) -> None:
        """Tell the strategy of the trials whose turn it is, of no more than ``until`` in all."""
        while self._passed_on in self._outcomes and self._passed_on != until:
            self._fit()
            trial, outcome = self._open.pop(self._passed_on), self._outcomes.pop(self._passed_on)
            self._passed_on += 1
            self._strategy.tell(evaluation_of(trial, outcome))

    def _outcome(
        self,
        trial: Trial,
        fitness: SupportsFloat | None,
        metrics: Mapping[str, float] | None,
        error: str | BaseException | None,
    ) -> Outcome:
        """Return what was told as an outcome; raises UsageError for what is no number."""
        value = None if fitness is None else told_number("fitness", fitness)
        words = error_words(error) if error is not None else not_finite(value)
        size = self._count(trial.text)
        told = {**told_numbers(metrics), **dict(trial.notes)}
        outcome = Outcome(
            Status.COMPLETED if words is None else Status.FAILED,
            fitness=value if words is None else None,
            metrics=self._sizes.noted(told, trial.text) if self._sizes else told,
            params=size.params if size else None,
            macs=size.macs if size else None,
            error=words,
        )
        for objective in self._objectives if words is None else ():
            if measured(objective, outcome) is None:
                raise UsageError(f"tell(trial {trial.trial_id}): {lacking(objective, outcome.metrics)}; tell it, too")
        return judged(outcome, self._objectives)

    def _replay(self, history: History) -> None:
        """Ask and tell again what the folder holds; raises ReplayError where something else is proposed now."""
        for told in self._asks.told:
            self._pass_on(until=told)
            trial = self._propose()
            if trial is None:
                raise ReplayError(f"{self.path}: trial {self._asked} was asked, and this version proposes none")
            outcome = history.outcome(trial)
            if outcome is None:
                self._again.append(trial)
            else:
                self._outcomes[trial.trial_id] = outcome
        self._pass_on()
        self._live = LiveRun(self.path, self._asked, replayed=len(history), best=history.best)
        self._heartbeat = Heartbeat(self._folder)
        self._heartbeat.started(self._live)


def _resolved(asked: Mapping[str, Any]) -> Asked:
    """Return what a study is asked for, with a fitness in place of the caller; raises UsageError."""
    strategy = asked["strategy"]
    chosen = choose(STRATEGIES, DEFAULT_STRATEGY if strategy is None else strategy, {})
    if chosen.made is None and STRATEGIES.kind_of(chosen.choice.name) is not SearchKind.EVOLUTION:
        raise UsageError(f"strategy {strategy!r} trains supernets, and proposes nothing to ask for; take evo.search")
    return resolve_request(SearchRequest(**{**asked, "run_dir": asked["run_dir"] or None}, fitness="params"))


def _refuse(**asked: Any) -> Run:
    raise UsageError(f"{asked['run_dir']}: is a study, which its caller scores; go on with evo.Study")
