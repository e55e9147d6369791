"""What a run folder holds for a training: its space, and the architecture that is asked for."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evo.engine.plugins import NO_OBJECTS, SUPERNET_OBJECTIVES, make
from evo.engine.summary import summarise
from evo.engine.trust import check_trusted, named_again
from evo.records.config import SearchConfig
from evo.retraining.derived_cells import derived_by, failures_of
from evo.storage import checkpoint
from evo.storage.run_folder import read_config, read_limits
from evo.storage.run_log import logged_trials
from evo.strategies import STRATEGIES
from evo.strategies.kinds import SearchKind
from fitness import Classification, PatchRecovery, only_images
from spaces import SPACES, options_for_use, read_candidate
from tasks import UsageError
from tasks.foundation.errors import bounded


@dataclass(frozen=True)
class Architecture:
    """A candidate of a space by its text; supernet: the seed of the supernet of its run, None where there is none."""

    candidate: str
    supernet: int | None


class SearchedRun(ABC):
    """A search's folder, finished or not; config: its configuration; space: what it searches."""

    def __init__(self, path: Path, config: SearchConfig, space: Any) -> None:
        """Take what was read; raises UsageError where the space has no networks of images."""
        self.path, self.config, self.space = path, config, space
        if reason := only_images(space, "evo.train trains"):
            raise UsageError(f"{path}: space {config.space.name!r} cannot be trained: {reason}")

    @abstractmethod
    def architecture(self, *, seed_of: int | None = None, candidate: str | None = None) -> Architecture:
        """Return the architecture asked for: by default the best one; raises UsageError where it is not there.

        seed_of: seed of the supernet that derived it; candidate: text of another
        """

    def claim(self) -> None:  # noqa: B027  # a search has made its folder; what is no search overrides it
        """Make the folder where a training is the first thing in it."""

    @abstractmethod
    def with_supernets(self) -> "SupernetRun":
        """Return the run as one that has supernets; raises UsageError where it has none."""

    def options_for_use(self) -> Mapping[str, object]:
        """Return the options that its networks are trained for use with; none of a space that is a caller's object."""
        return {} if "space" in self.config.objects else options_for_use(self.space)

    def resized(self, given: Mapping[str, object]) -> tuple[Any, dict[str, object]]:
        """Return the space with such options on top of the run's, and those of them that differ; raises UsageError."""
        if not given:
            return self.space, {}
        name = self.config.space.name
        own = SPACES.resolve(name, self.config.space.options)
        options = SPACES.resolve(name, {**own, **given})
        return SPACES.build(name, options), {
            key: options.get(key, given[key]) for key in given if options.get(key) != own.get(key)
        }

    def _encoded(self, text: str) -> str:
        try:
            encoded: str = self.space.encode(read_candidate(self.space, text))
        except ValueError as error:
            raise UsageError(f"--candidate {bounded(text, 80)!r}: {error}") from error
        return encoded

    def _best(self) -> Mapping[str, Any]:
        """Return the row of the best trial; raises UsageError where none has a score."""
        best = summarise(self.path, limit=1).best
        if best:
            return best[0]
        seeds, failures = checkpoint.seeds_in(self.path), failures_of(self.path)
        named = f"name a supernet by --seed-of: {', '.join(map(str, seeds))}"
        if failures and logged_trials(self.path) >= read_limits(self.path).evaluations:
            left = f"{named}, as it was before that" if seeds else "mend that, and search in another folder"
            raise UsageError(
                f"{self.path}: all trials failed ({len(failures)}), the first by {failures[0].error}; {left}"
            )
        raise UsageError(f"{self.path}: no trial has a score yet; {named if seeds else 'let it go on first'}")


class EvolvedRun(SearchedRun):
    """A search by evolution: each trial is an architecture, and none has weights to hand on."""

    def architecture(self, *, seed_of: int | None = None, candidate: str | None = None) -> Architecture:
        """Return the candidate given, or that of the best trial."""
        if seed_of is not None:
            raise UsageError(
                f"--seed-of {seed_of}: {self.path} is no differentiable search; leave it out, or give --candidate"
            )
        return Architecture(self._best()["candidate"] if candidate is None else self._encoded(candidate), None)

    def with_supernets(self) -> "SupernetRun":
        """Raise UsageError."""
        raise UsageError(
            f"--init inherited: {self.path} is no differentiable search and has no supernet; take --init random"
        )


class SupernetRun(SearchedRun):
    """A differentiable search: each trial is a supernet, by its seed, and the architecture derived from it."""

    def architecture(self, *, seed_of: int | None = None, candidate: str | None = None) -> Architecture:
        """Return what a seed's supernet derived, by default the best one's, or the candidate given as part of it."""
        found = self._of_best() if seed_of is None else Architecture(derived_by(self.path, seed_of), seed_of)
        return found if candidate is None else Architecture(self._encoded(candidate), found.supernet)

    def with_supernets(self) -> "SupernetRun":
        """Return this run."""
        return self

    def labels(self) -> str | None:
        """Return the images whose labels its supernets learn from, None where they meet none of a source's own."""
        objective = SUPERNET_OBJECTIVES.load(self.config.fitness.name)
        supervised = isinstance(objective, type) and issubclass(objective, (Classification, PatchRecovery))
        return self.config.data if supervised else None

    def _of_best(self) -> Architecture:
        best = self._best()
        return Architecture(best["candidate"], best["seed"])


_TAKEN = frozenset(("space.*",))
"""What ``evo.train`` can be told again of a search."""
_BY_KIND: Mapping[SearchKind, type[SearchedRun]] = {
    SearchKind.EVOLUTION: EvolvedRun,
    SearchKind.DIFFERENTIABLE: SupernetRun,
}


def open_run(path: Path, *, objects: Mapping[str, object] = NO_OBJECTS, named: Set[str] = frozenset()) -> SearchedRun:
    """Return the run of a folder; raises UsageError where there is none, or it cannot be trained.

    objects: the caller's own plug-ins, by axis; named: what else of the configuration the caller names again, see
    ``named_again``
    """
    config = read_config(path)
    own_strategy = "strategy" in config.objects  # which is asked and told: no other can be an object
    named = named | named_again(objects)
    check_trusted(path, config, named, axes={"space", *(() if own_strategy else ("strategy",))}, taken=_TAKEN)
    kind = SearchKind.EVOLUTION if own_strategy else STRATEGIES.kind_of(config.strategy.name)
    if kind is SearchKind.DIFFERENTIABLE:
        check_trusted(path, config, named, axes={"fitness"}, taken=_TAKEN)
    return _BY_KIND[kind](path, config, make("space", config, objects))
