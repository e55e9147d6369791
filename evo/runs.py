"""A run in the hands of a Python caller: its rows, its best candidates, their networks, and how to go on with it."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.display.notebook_table import html_table
from evo.engine.plugins import NO_OBJECTS
from evo.engine.trust import EVERYTHING, check_trusted, named_again
from evo.records.config import SearchConfig
from evo.records.requests import Placement, PluginLike
from evo.records.trial import AboutCandidate
from evo.storage.locked_folder import is_running
from evo.storage.run_folder import read_config, read_progress
from evo.storage.run_log import read_table
from tasks.foundation.command_line import printable
from tasks.foundation.errors import UsageError, bounded
from tasks.foundation.trust import trusting

if TYPE_CHECKING:
    import pyarrow as pa

    from evo.exporting.exporting import Export
    from evo.reporting.run_plots import RunPlots
    from spaces import FeatureNetwork, Strengths
    from tasks.foundation.figure import Figure

SHOWN = 5
WEIGHTS = ("initial", "best")
OF_NETWORKS = frozenset(("space", "data"))
"""What a record's network is made of: its trial's seed says which weights it was scored with."""
OF_SPACE = frozenset(("space",))
OWN = ("run_dir", "resume")
"""What a run that goes on says itself."""
ANYWHERE = Placement()
RUNNING, KILLED, UNKNOWN = "running", "stopped without a word", "unknown: progress.json is missing"


@dataclass(frozen=True)
class Record(AboutCandidate):
    """A trial as it is logged: the columns of the run's Parquet files.

    fitness: higher is better, None unless the status is ``completed``
    params: trainable weights; macs: multiply-adds of one input; None where the space builds no network
    evaluate_s: by the clock; cpu_s: of the processor, None where a GPU computed; processor: the name of what computed;
    both are None in rows of older versions
    """

    trial_id: int
    parent_id: int | None
    candidate: str
    key: str
    status: str
    fitness: float | None
    metrics: Mapping[str, float] = field(default_factory=dict)
    seed: int | None = None
    params: int | None = None
    macs: int | None = None
    reused: bool = False
    attempts: int = 0
    error: str | None = None
    worker: str | None = None
    node: str | None = None
    device: str | None = None
    queued_s: float | None = None
    build_s: float | None = None
    evaluate_s: float | None = None
    cpu_s: float | None = None
    processor: str | None = None
    peak_memory_bytes: int | None = None
    started_at: datetime | None = None

    def _repr_html_(self) -> str:
        return html_table(f"trial {self.trial_id}", ("", ""), ((f.name, getattr(self, f.name)) for f in fields(self)))


Again = Callable[..., "Run"]


class Run:
    """A search's folder, finished, killed, or still running in another process; reading it imports nothing it names.

    path: the folder
    state: how it is going, or how it ended
    """

    def __init__(
        self,
        path: Path,
        *,
        again: Again,
        objects: Mapping[str, object] = NO_OBJECTS,
        placement: Placement = ANYWHERE,
        trust: bool = False,
    ) -> None:
        """Read the configuration; raises UsageError where there is none.

        again: what ``resume`` calls to go on
        objects: the caller's own plug-ins, by axis
        placement: where it ran
        trust: whether whatever the folder names may be imported, as where the caller has just named it
        """
        self.path = Path(path)
        self.config: SearchConfig = read_config(self.path)
        self._again = again
        self._objects = dict(objects)
        self._placement = placement
        self._trust = trust

    @property
    def objects(self) -> Mapping[str, object]:
        """The caller's own plug-ins that it was made with, by axis."""
        return self._objects

    @property
    def trust(self) -> bool:
        """Whether whatever the folder names may be imported."""
        return self._trust

    @property
    def state(self) -> str:
        """How the run is going, or how it ended; ``stopped without a word`` where its process was killed.

        Where rows are logged and nothing says how the run ended, it is unknown.
        """
        progress = read_progress(self.path)
        if is_running(self.path):
            return RUNNING
        state = str(progress.get("state", UNKNOWN if len(self) else "not started"))
        return KILLED if state == RUNNING else state

    def __len__(self) -> int:
        """Return the number of logged trials."""
        return int(read_table(self.path, ["trial_id"]).num_rows)

    def trials(self) -> "pa.Table":
        """Return all logged trials, a row each, in their order; also while the run is going."""
        return read_table(self.path)

    def epochs(self) -> "pa.Table":
        """Return all logged epochs of a differentiable search, a row each; empty for any other."""
        from evo.storage.epoch_log import read_epochs

        return read_epochs(self.path)

    @property
    def plot(self) -> "RunPlots":
        """Its plots: ``history()``, ``pareto()``, ``population()``, ``failures()``, ``time()``, each a figure."""
        from evo.reporting.run_plots import RunPlots

        return RunPlots(self.path)

    def best(self, count: int = 1) -> list[Record]:
        """Return the records of the best candidates, best first; fewer where fewer have a score.

        Where the fitness has final weights, they are the best by their positions among reference and run together.

        Raises UsageError for a number below 1.
        """
        from evo.engine.final_choice import read_final
        from evo.engine.summary import best_rows

        if not isinstance(count, int) or count < 1:
            raise UsageError(f"best({count!r}): a whole number of at least 1 is needed")
        return [_record(row) for row in best_rows(self.trials(), count, read_final(self.path))]

    def report(self, path: str | Path | None = None, *, csv: str | Path | None = None) -> Path:
        """Write a page about the run, and return its path; as ``python -m evo.report`` does.

        path: by default ``report.html`` in its folder; one that is given is replaced where it is there
        csv: file of all rows, None for none

        Raises UsageError where a file cannot be written there, and FailedRunError where it cannot be written at all.
        """
        from evo.engine.asking import requested
        from evo.reporting.report import run_report
        from evo.reporting.request import ReportRequest

        asked = {"runs": (self.path,), "out": path, "csv": csv, "force": True, "trust": self._trust}
        return run_report(requested(ReportRequest, asked), objects=self._objects)

    def front(self) -> list[Record]:
        """Return the records of the front, best fitness first: nothing in the run dominates one of them.

        A candidate dominates another where it is by no objective worse and by some better. By its fitness alone a run's
        front is its best candidate, or several equal ones.
        """
        from evo.engine.front import find_front
        from evo.records.search_objectives import objectives_of

        return [_record(row) for row in find_front(self.trials(), objectives_of(self.config)).rows]

    def hypervolume(self, reference: Mapping[str, float] | Sequence[float] | None = None) -> float:
        """Return the volume that the run's candidates dominate, in the product of its objectives' units.

        reference: where it begins: a number for each objective as it was measured (a positive number of parameters,
        seconds), by name or in their order; None for the worst of each in this run

        Raises UsageError where the fitness is the only objective, and for a reference that is none.
        """
        from evo.engine.front import dominated_volume
        from evo.records.search_objectives import objectives_of

        return dominated_volume(self.trials(), objectives_of(self.config), reference)

    def network(
        self,
        record: Record | str,
        *,
        weights: str = "initial",
        space: PluginLike | None = None,
        data: PluginLike | None = None,
    ) -> "FeatureNetwork":
        """Return the torch module of a record, or of a candidate's text, its space's own or a published form.

        weights: ``initial``, those it was scored with, or ``best``: trained ones where ``evo.train`` has left some,
        else those of the supernet that it was derived from
        space, data: the plug-ins again, where the run was given objects; ``data`` of trained weights is what they were
        trained on

        Raises UsageError where the folder names what may not be imported, there are no such weights, or the run's space
        or images are others.
        """
        from evo import networks
        from evo.cluster.caller_process import left_as_it_was

        if weights not in WEIGHTS:
            raise UsageError(f"weights={weights!r}: must be one of {', '.join(WEIGHTS)}")
        if not isinstance(record, Record | str):
            given = bounded(repr(record), 80)
            raise UsageError(f"network({given}): a record of the run, or a candidate's text, is needed")
        given = {"space": space, "data": data}
        self._check(given, OF_NETWORKS if isinstance(record, Record) else EVERYTHING)
        self._check_same(space, data if weights == "initial" else None)
        objects = {**self._objects, **{axis: one for axis, one in given.items() if _is_object(one)}}
        seed = record.seed if isinstance(record, Record) else None
        with trusting(self._trust), left_as_it_was():  # a caller's default type would give other weights
            if isinstance(record, Record):
                text = record.candidate
            else:
                text = networks.own_text(self.config, record, objects=objects)
            if weights == "initial":
                return networks.initial(self.config, text, seed=seed, objects=objects)
            return networks.best(self.path, text, seed=seed, objects=objects, data=data)

    def draw(
        self,
        candidate: Record | str | None = None,
        *,
        space: PluginLike | None = None,
        strengths: "Strengths | None" = None,
    ) -> "Figure":
        """Return the diagram of the best candidate, or of another, which a notebook shows and ``save`` writes.

        candidate: a record of the run, or a candidate's text
        space: the run's own again; without it, and where only the folder names a space of somebody's own, the diagram
            is the candidate's text
        strengths: name of a cell -> (source, target) of an edge -> how strong it is, 0 to 1

        Raises UsageError where there is none to draw, or it is none of the run's space.
        """
        from evo.drawing.drawing import draw_in_run

        best = self.best(1) if candidate is None else [candidate]
        if not best or not isinstance(best[0], Record | str):
            given = "no trial has a score yet" if not best else bounded(repr(candidate), 80)
            raise UsageError(f"draw({given}): a record of the run, or a candidate's text, is needed")
        text = best[0].candidate if isinstance(best[0], Record) else best[0]
        more: dict[str, Any] = {"space": space, "objects": self._objects, "trust": self._trust, "strengths": strengths}
        return draw_in_run(self.path, self.config, text, **more)[0]

    def export(self, candidate: Record | str | None = None, *, format: str = "torch", **more: Any) -> "Export":
        """Write the network of a candidate, by default the best, as files that need nothing of this project.

        candidate: a record of the run, or a candidate's text
        more: space, data, force: as in ``evo.export``

        Raises UsageError for bad input, with nothing written.
        """
        from evo.exporting.exporting import export

        text = candidate.candidate if isinstance(candidate, Record) else candidate
        return export(self, text, format=format, **more)

    def published(self, record: Record | str, *, space: PluginLike | None = None) -> str | None:
        """Return the form in which others would publish a record's candidate, or a text's: ``Genotype(...)`` and such.

        space: the plug-in again, where the run was given an object

        None where the space has no such form. Raises UsageError where the folder names what may not be imported.
        """
        from evo import networks

        self._check({"space": space}, OF_SPACE)
        self._check_same(space, None)
        objects = {**self._objects, **({"space": space} if _is_object(space) else {})}
        with trusting(self._trust):
            text = record.candidate if isinstance(record, Record) else record
            return networks.published(self.config, text, objects=objects)

    def resume(
        self,
        *,
        space: PluginLike | None = None,
        fitness: PluginLike | None = None,
        strategy: PluginLike | None = None,
        data: PluginLike | None = None,
        **more: Any,
    ) -> "Run":
        """Go on with the search and return it; plug-ins are passed again where the run was given objects.

        more: what may change when a run is resumed, as in ``evo.search``: evaluations, max_minutes, trial_timeout,
        target, seeds, workers, gpus_per_worker, address, callbacks, progress; by default where it ran

        Raises UsageError for anything else, and FailedRunError where the search cannot go on.
        """
        for name in OWN:
            if name in more:
                raise UsageError(f"{name}={more[name]!r}: a run goes on in its own folder; leave it out")
        given = {"space": space, "fitness": fitness, "strategy": strategy, "data": data}
        again: dict[str, Any] = {axis: self._objects.get(axis) if one is None else one for axis, one in given.items()}
        where = {name: getattr(self._placement, name) for name in Placement.__dataclass_fields__}
        return self._again(**{"trust": self._trust, **where, **again, **more}, run_dir=self.path, resume=True)

    def _check_same(self, space: PluginLike | None, data: PluginLike | None) -> None:
        """Raise UsageError where a caller names another space than the run's, or other images."""
        from evo.engine.choices import check_same
        from evo.engine.data_options import choose_data
        from evo.engine.plugins import table_of

        if space is not None:
            check_same(table_of("space"), self.config.space, space)
        chosen = None if data is None or _is_object(data) else choose_data(data)
        if chosen is not None and chosen.choice.name != self.config.data:
            raise UsageError(f"data={chosen.choice.name}: the run has {self.config.data}; leave it out")

    def _check(self, given: Mapping[str, PluginLike | None], axes: Set[str]) -> None:
        """Raise UsageError where the folder names what may not be imported for these axes."""
        passed = {axis: self._objects.get(axis) if one is None else one for axis, one in given.items()}
        with trusting(self._trust):
            named = named_again({**self._objects, **passed})
            check_trusted(self.path, self.config, named, axes=axes, taken=OF_NETWORKS)

    def __repr__(self) -> str:
        """Return the run in a line, and its best candidates as a table."""
        from evo.engine.summary import describe, summarise

        found = summarise(self.path, limit=SHOWN)
        lines = [f"Run {str(self.path)!r}: {self._headline(found.trials)}", *describe(found)]
        return printable("\n".join(lines))

    def _repr_html_(self) -> str:
        heads = ("trial_id", "fitness", "params", "macs", "candidate")
        rows: Sequence[Sequence[object]] = [[getattr(one, name) for name in heads] for one in self.best(SHOWN)]
        return html_table(f"{self.path}: {self._headline(len(self))}", heads, rows)

    def _headline(self, trials: int) -> str:
        config = self.config
        return (
            f"{config.strategy.name} over {config.space.name} by {config.fitness.name}, seed {config.seed}; "
            f"{trials} trials, {self.state}"
        )


def _is_object(given: PluginLike | None) -> bool:
    """Return whether a caller hands over an object; a name or a class only says which is meant."""
    return given is not None and not isinstance(given, str | type)


def _record(row: Mapping[str, Any]) -> Record:
    logged = {name: value for name, value in row.items() if name in Record.__dataclass_fields__}
    return Record(**{**logged, "metrics": dict(row["metrics"] or ()), "reused": bool(row["reused"])})
