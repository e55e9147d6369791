"""A run in the hands of a Python caller: its rows, its best candidates, their networks, and how to go on with it."""

from collections.abc import Callable, Mapping, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.engine.plugins import NO_OBJECTS
from evo.engine.trust import EVERYTHING, check_trusted, named_again
from evo.logged_run import LoggedRun
from evo.records.record import Record
from evo.records.requests import Placement, PluginLike
from tasks.foundation.errors import UsageError, bounded
from tasks.foundation.trust import trusting

if TYPE_CHECKING:
    from evo.exporting.exporting import Export
    from spaces import FeatureNetwork, Strengths
    from tasks.foundation.figure import Figure

WEIGHTS = ("initial", "best")
OF_NETWORKS = frozenset(("space", "data"))
"""What a record's network is made of: its trial's seed says which weights it was scored with."""
OF_SPACE = frozenset(("space",))
OWN = ("run_dir", "resume")
"""What a run that goes on says itself."""
ANYWHERE = Placement()


Again = Callable[..., "Run"]


class Run(LoggedRun):
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
        super().__init__(path)
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
        _check_candidate("network", record)
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
        strengths: name of a cell -> (source, target) of an edge -> how strong it is, 0 to 1; by default those in the
            supernet that derived the candidate

        Raises UsageError where there is none to draw, or it is none of the run's space.
        """
        from evo.drawing.drawing import draw_in_run

        best = self.best(1) if candidate is None else [candidate]
        if not best:
            raise UsageError("draw(): no trial has a score yet; give a candidate's text")
        _check_candidate("draw", best[0])
        text = best[0].candidate if isinstance(best[0], Record) else best[0]
        more: dict[str, Any] = {"space": space, "objects": self._objects, "trust": self._trust, "strengths": strengths}
        return draw_in_run(self.path, self.config, text, **more).figure

    def export(self, candidate: Record | str | None = None, *, format: str = "torch", **more: Any) -> "Export":
        """Write the network of a candidate, by default the best, as files that need nothing of this project.

        candidate: a record of the run, or a candidate's text
        more: seed_of, space, data, force: as in ``evo.export``

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

        _check_candidate("published", record)
        self._check({"space": space}, OF_SPACE)
        self._check_same(space, None)
        objects = {**self._objects, **({"space": space} if _is_object(space) else {})}
        with trusting(self._trust):
            text = record.candidate if isinstance(record, Record) else record
            return networks.published(self.config, text, objects=objects)

    def to_optuna(self, storage: Any, name: str | None = None) -> str:
        """Write the trials into a storage of Optuna as a study, for optuna-dashboard, and return the study's name.

        storage: an address such as ``sqlite:///x.db``, or a storage of Optuna's; name: of the study, by default the
        folder's. Trials that are there already are left alone. Raises UsageError as ``write_study`` does.
        """
        from evo.tracking.optuna_storage import write_study

        return write_study(self.path, storage, name)

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
        target, seeds, workers, gpus_per_worker, address, overdue, worker_memory, ship_images, callbacks,
        progress; by default where it ran

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


def _check_candidate(method: str, given: object) -> None:
    """Raise UsageError for what names no candidate."""
    if not isinstance(given, Record | str):
        raise UsageError(f"{method}({bounded(repr(given), 80)}): a record of the run, or a candidate's text, is needed")


def _is_object(given: PluginLike | None) -> bool:
    """Return whether a caller hands over an object; a name or a class only says which is meant."""
    return given is not None and not isinstance(given, str | type)
