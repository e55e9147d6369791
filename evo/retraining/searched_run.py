"""What a run folder holds for a training: its space, and the architecture that is asked for."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evo.engine.plugins import SUPERNET_OBJECTIVES
from evo.engine.summary import summarise
from evo.records.config import SearchConfig
from evo.records.trial import Status
from evo.storage import checkpoint
from evo.storage.run_folder import read_config, read_limits
from evo.storage.run_log import logged_trials, read_table
from evo.strategies import STRATEGIES
from evo.strategies.strategy_table import searches_by_gradient
from fitness.base import only_pictures
from fitness.objectives.classification import Classification
from fitness.objectives.patch_recovery import PatchRecovery
from spaces import SPACES
from tasks.foundation.errors import UsageError


@dataclass(frozen=True)
class Architecture:
    """A candidate of a space by its text; supernet: the seed of the supernet of its run, None where there is none."""

    candidate: str
    supernet: int | None


@dataclass(frozen=True)
class _Failure:
    """A trial that ended without a score, and the last line of its error."""

    seed: int
    error: str


class SearchedRun:
    """A search's folder, finished or not."""

    def __init__(self, path: Path) -> None:
        """Read its configuration; raises UsageError where there is none, or its space has no networks of pictures."""
        self.path = path
        self.config: SearchConfig = read_config(path)
        self.space: Any = SPACES.build(self.config.space.name, self.config.space.options)
        self.by_gradient = searches_by_gradient(STRATEGIES.load(self.config.strategy.name))
        if reason := only_pictures(self.space, "evo.train trains"):
            raise UsageError(f"{path}: space {self.config.space.name!r} cannot be trained: {reason}")

    def architecture(self, options: argparse.Namespace) -> Architecture:
        """Return the architecture asked for: by default the best one; raises UsageError where it is not there."""
        if options.seed_of is not None:
            found = self._derived(options.seed_of)
        elif options.candidate is None or self.by_gradient:
            found = self._best()
        else:
            found = Architecture(options.candidate, None)
        return found if options.candidate is None else self._given(options.candidate, found)

    def resized(self, given: Mapping[str, str]) -> tuple[Any, dict[str, object]]:
        """Return the space with such options on top of the run's, and those of them that differ; raises UsageError."""
        name = self.config.space.name
        own = SPACES.resolve(name, self.config.space.options)
        options = SPACES.resolve(name, {**own, **given})
        return SPACES.build(name, options), {key: options[key] for key in given if options[key] != own[key]}

    def labels(self) -> str | None:
        """Return the pictures whose labels its supernets learn from, None where they meet none of a source's own."""
        objective = SUPERNET_OBJECTIVES.load(self.config.fitness.name)
        supervised = isinstance(objective, type) and issubclass(objective, (Classification, PatchRecovery))
        return self.config.data if supervised else None

    def _given(self, text: str, found: Architecture) -> Architecture:
        try:
            return Architecture(self.space.encode(self.space.decode(text)), found.supernet)
        except ValueError as error:
            raise UsageError(f"--candidate {text}: {error}") from error

    def _derived(self, seed: int) -> Architecture:
        if not self.by_gradient:
            raise UsageError(f"--seed-of {seed}: {self.path} is no search by gradient; leave it out, or --candidate")
        derived = checkpoint.read_progress(self.path, seed).derived
        if derived is None:
            if failure := next((failure for failure in self._failures() if failure.seed == seed), None):
                raise UsageError(
                    f"--seed-of {seed}: its training in {self.path} failed before its end: {failure.error}"
                )
            there = ", ".join(map(str, checkpoint.seeds_in(self.path))) or "none yet"
            raise UsageError(f"--seed-of {seed}: {self.path} has no supernet of that seed; there: {there}")
        return Architecture(derived, seed)

    def _best(self) -> Architecture:
        best = summarise(self.path, limit=1).best
        if best:
            return Architecture(best[0]["candidate"], best[0]["seed"] if self.by_gradient else None)
        seeds, failures = checkpoint.seeds_in(self.path), self._failures()
        named = f"name a supernet by --seed-of: {', '.join(map(str, seeds))}"
        if failures and logged_trials(self.path) >= read_limits(self.path).evaluations:
            left = f"{named}, as it was before that" if seeds else "mend that, and search in another folder"
            raise UsageError(
                f"{self.path}: all trials failed ({len(failures)}), the first by {failures[0].error}; {left}"
            )
        raise UsageError(f"{self.path}: no trial has a score yet; {named if seeds else 'let it go on first'}")

    def _failures(self) -> list[_Failure]:
        """Return the trials that ended without a score, in their order."""
        rows = read_table(self.path, ["trial_id", "seed", "status", "error"]).to_pylist()
        return [
            _Failure(row["seed"], ((row["error"] or "").strip() or row["status"]).splitlines()[-1])
            for row in rows
            if row["status"] != Status.COMPLETED
        ]
