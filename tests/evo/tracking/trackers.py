"""What tests of trackers share: one that keeps what it is handed, and searches to be tracked."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import evo
from evo.engine.observer import Observer
from evo.tracking.base import Tracker

TOY = {"space": "tests.toy:BitStrings", "fitness": "tests.toy:RaisesForSome", "data": "noise", "workers": 0}


class Kept(Tracker):
    """Keeps steps in memory, as a store that outlives its process; fails where it is told to."""

    name, library = "kept", "json"

    def __init__(self, *, fails_in: str = "") -> None:
        super().__init__()
        self.fails_in = fails_in
        self.steps: list[tuple[int, Mapping[str, float]]] = []
        self.opened: list[str] = []
        self.about: Mapping[str, str] = {}
        self.closed: list[tuple[str, Mapping[str, str]]] = []

    def open(self, folder: Path, known: str, about: Mapping[str, str]) -> str:
        self._fail("open")
        self.opened.append(known)
        self.about = about
        return known or f"run {len(self.opened)}"

    def write(self, step: int, numbers: Mapping[str, float]) -> None:
        self._fail(f"write {step}")
        self.steps.append((step, numbers))

    def close(self, state: str, texts: Mapping[str, str]) -> None:
        self._fail("close")
        self.closed.append((state, texts))

    def of(self, name: str) -> list[tuple[int, float]]:
        """Return steps and values of one number."""
        return [(step, numbers[name]) for step, numbers in self.steps if name in numbers]

    def _fail(self, where: str) -> None:
        if self.fails_in == where:
            raise OSError(28, "no space left")


class Full(Kept):
    """Finds no space for anything."""

    name = "full"

    def __init__(self) -> None:
        super().__init__(fails_in="open")


def searched(folder: Path, evaluations: int, trackers: Sequence[Observer], **more: object) -> evo.Run:
    """Search, or go on with a search, of bit strings of which a quarter fail."""
    asked = {**TOY, "run_dir": folder, "seed": 3, "evaluations": evaluations, "callbacks": trackers, "ahead": 4}
    return evo.search(**{**asked, **more})  # type: ignore[arg-type]


def logged(run: evo.Run, name: str = "fitness") -> list[tuple[int, float]]:
    """Return the trials of a run that have a number, and that number, in their order."""
    rows = sorted(run.trials().to_pylist(), key=lambda row: row["trial_id"])
    return [(row["trial_id"], row[name]) for row in rows if row[name] is not None]
