"""Ask and tell without workers: the caller scores, the study proposes, logs and resumes."""

import json
import math
import os
from collections.abc import Mapping
from dataclasses import replace
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from evo.engine.choices import choose
from evo.engine.configuring import Asked, resolve_request
from evo.engine.history import History
from evo.engine.plugins import DEFAULT_STRATEGY, build_strategy, make
from evo.engine.session import new_run_dir
from evo.records.config import TOLD, Choice, Limits
from evo.records.failures import ReplayError
from evo.records.requests import PluginLike, SearchRequest
from evo.records.trial import Evaluation, Finished, Outcome, Proposal, Status, Trial, evaluation_seed
from evo.runs import Record, Run
from evo.storage.durable_files import write_text
from evo.storage.run_folder import RunFolder
from evo.storage.run_log import RunLog
from evo.strategies import STRATEGIES
from evo.strategies.kinds import SearchKind
from spaces import InputSpec, NetworkSpace, PreparedSpace, candidate_key, count_complexity
from tasks import derive_rng
from tasks.foundation.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

ASKS = "asks.jsonl"
NUM_OUTPUTS = 10
"""Outputs of the networks whose parameters are counted."""


class Study:
    """A search whose trials the caller scores, in any order, one after the other or several at once.

    Rows are a function of the configuration and of how asks and tells follow each other. What was asked and never told
    before a kill is asked again first when the same study is made on its folder.
    """

    def __init__(
        self,
        *,
        space: PluginLike,
        strategy: PluginLike | None = None,
        seed: int = 0,
        initial: tuple[object, ...] = (),
        run_dir: str | Path | None = None,
    ) -> None:
        """Begin a study, or take one up where ``run_dir`` holds it; raises UsageError.

        space, strategy: by name, ``name(option=value)``, ``module:attribute``, class or object
        seed: determines what is proposed
        initial: candidates to propose first, or their texts
        run_dir: the study's folder, a new one in ``runs`` by default
        """
        asked = _resolved(space, strategy, seed, Path(run_dir) if run_dir else None)
        self._space: Any = make("space", asked.config, asked.objects)
        texts = tuple(one if isinstance(one, str) else self._space.encode(one) for one in initial)
        self._config = replace(asked.config, fitness=Choice(TOLD), ahead=1, initial=texts)
        self._objects = asked.objects
        self._strategy = build_strategy(self._config, self._space, objects=self._objects)
        self.path = asked.run_dir or new_run_dir(self._config)
        self._folder = RunFolder(self.path)
        self._folder.check(self._config)
        self._folder.claim(self._config, Limits())
        self._asked = 0  # trials proposed
        self._passed_on = 0  # trials that the strategy was told of, in their order
        self._open: dict[int, Trial] = {}  # proposed, and not passed on
        self._outcomes: dict[int, Outcome] = {}  # told, and not passed on
        self._again: list[Trial] = []  # asked before a kill, and never told
        self._log = RunLog(self.path)
        if isinstance(self._space, PreparedSpace):
            self._space.prepare(self.path)
        told = _asks_in(self.path / ASKS)
        self._replay(told)
        write_text(self.path / ASKS, "".join(map(_line, range(len(told)), told)))  # without a line that was cut short
        self._asks: TextIO = (self.path / ASKS).open("a", encoding="utf-8")

    def ask(self) -> Trial | None:
        """Return the next trial to score: ``trial.candidate`` and its ``text``; None where there is none before a tell.

        The trial is on disk when it is returned.
        """
        self._check_usable()
        if self._again:
            return self._again.pop(0)
        trial = self._propose()
        if trial is not None:
            self._asks.write(_line(trial.trial_id, self._passed_on))
            self._asks.flush()
            os.fsync(self._asks.fileno())
        return trial

    def tell(
        self,
        trial: Trial,
        fitness: float | None = None,
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
        words = None if error is None else _words(error)
        outcome = self._outcome(trial, _number("fitness", fitness), metrics or {}, words)
        self._log.append(Finished(self._open[trial.trial_id], outcome))
        self._log.flush()
        self._outcomes[trial.trial_id] = outcome
        self._pass_on()

    def trials(self) -> "pa.Table":
        """Return all trials that were told, a row each."""
        return self.run.trials()

    def best(self, count: int = 1) -> list[Record]:
        """Return the records of the best trials, best first."""
        return self.run.best(count)

    @property
    def run(self) -> Run:
        """The study's folder as a run."""
        return Run(self.path, again=_refuse, objects=self._objects)

    def close(self) -> None:
        """Give the folder back; the study can be made again on it."""
        self._asks.close()
        self._folder.__exit__()

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

    def _propose(self) -> Trial | None:
        proposal = self._strategy.ask(derive_rng(self._config.seed, "ask", self._asked))
        if proposal is None:
            return None
        trial = self._trial(proposal)
        self._open[trial.trial_id] = trial
        self._asked += 1
        return trial

    def _trial(self, proposal: Proposal) -> Trial:
        candidate = proposal.candidate
        text, key = self._space.encode(candidate), candidate_key(self._space, candidate)
        seed = evaluation_seed(self._config.seed, key)
        return Trial(self._asked, proposal.parent_id, candidate, text, key, seed, threshold=proposal.threshold)

    def _pass_on(self, until: int | None = None) -> None:
        """Tell the strategy of the trials whose turn it is, of no more than ``until`` in all."""
        while self._passed_on in self._outcomes and self._passed_on != until:
            trial, outcome = self._open.pop(self._passed_on), self._outcomes.pop(self._passed_on)
            self._passed_on += 1
            self._strategy.tell(
                Evaluation(
                    trial.trial_id, trial.parent_id, trial.candidate, outcome.status, outcome.fitness, outcome.metrics
                )
            )

    def _outcome(self, trial: Trial, fitness: float | None, metrics: Mapping[str, float], error: str | None) -> Outcome:
        size = self._size(trial.candidate)
        if not isinstance(metrics, Mapping):
            raise UsageError(f"metrics={metrics!r}: numbers by their names are needed")
        measured = {str(name): float(_number(f"metrics[{name!r}]", value) or 0.0) for name, value in metrics.items()}
        if fitness is not None and not math.isfinite(fitness):
            error = f"the fitness is not finite ({fitness})"
        return Outcome(
            Status.FAILED if error is not None else Status.COMPLETED,
            fitness=None if fitness is None or error is not None else float(fitness),
            metrics=measured,
            params=size and size[0],
            macs=size and size[1],
            error=error,
        )

    def _size(self, candidate: Any) -> tuple[int, int] | None:
        if not isinstance(self._space, NetworkSpace):
            return None
        try:
            counted = count_complexity(self._space, candidate, InputSpec(), NUM_OUTPUTS)
        except Exception:  # a candidate that cannot be built is the caller's to tell of
            return None
        return counted.params, counted.macs

    def _replay(self, asks: list[int]) -> None:
        """Ask and tell again what the folder holds; raises ReplayError where something else is proposed now."""
        history = History(self.path)
        for told in asks:
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


def _resolved(space: PluginLike, strategy: PluginLike | None, seed: int, run_dir: Path | None) -> Asked:
    """Return what a study is asked for, with a fitness in place of the caller; raises UsageError."""
    chosen = choose(STRATEGIES, DEFAULT_STRATEGY if strategy is None else strategy, {})
    if chosen.made is None and STRATEGIES.kind_of(chosen.choice.name) is not SearchKind.EVOLUTION:
        raise UsageError(f"strategy {strategy!r} trains supernets, and proposes nothing to ask for; take evo.search")
    return resolve_request(SearchRequest(space=space, strategy=strategy, seed=seed, fitness="params", run_dir=run_dir))


def _number(name: str, value: object) -> float | None:
    """Return a number as a plain one; raises UsageError for anything else."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Real):
        raise UsageError(f"{name}={value!r}: a number is needed")
    return float(value)


def _words(error: str | BaseException) -> str:
    """Return what an error says, with what UTF-8 cannot hold spelled out."""
    text = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    return text.encode("utf-8", "backslashreplace").decode()


def _line(trial_id: int, told: int) -> str:
    return json.dumps({"trial_id": trial_id, "told": told}) + "\n"


def _asks_in(path: Path) -> list[int]:
    """Return how many trials had been passed on before each ask; a line that a kill cut short is left out."""
    if not path.is_file():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(int(json.loads(line)["told"]))
        except (ValueError, KeyError, TypeError):
            break
    return found


def _refuse(**asked: Any) -> Run:
    raise UsageError(f"{asked['run_dir']}: is a study, which its caller scores; go on with evo.Study")
