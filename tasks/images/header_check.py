"""Which files of a folder of images cannot be read, found by their headers before anything is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.images.decoding import fault_of

MOST_CHECKED = 20_000
"""Files whose headers are read at the start; of more, each is met when it is first drawn."""


@dataclass(frozen=True)
class HeaderCheck:
    """What the headers of the ``count`` files below a folder say; faults: which cannot be read, in order, and why."""

    folder: Path
    count: int
    faults: Mapping[Path, str]

    @property
    def first_fault(self) -> str:
        """The first file that cannot be read, and why, where there is one."""
        path, reason = next(iter(self.faults.items()))
        return f"{path.relative_to(self.folder)} ({reason})"

    def remarks(self) -> list[str]:
        """Return what there is to say, a line each: that files cannot be read, or that nobody knows yet."""
        if self.count > MOST_CHECKED:
            return [f"{self.folder}: {self.count} images; each is looked into when it is first drawn"]
        if not self.faults:
            return []
        broken = f"{len(self.faults)} of {self.count} images cannot be read and are left out"
        return [f"{self.folder}: {broken}; the first is {self.first_fault}"]


def check_headers(folder: Path, paths: Sequence[Path]) -> HeaderCheck:
    """Return which of the files below a folder cannot be read; none where there are more than ``MOST_CHECKED``."""
    checked = paths if len(paths) <= MOST_CHECKED else ()
    return HeaderCheck(folder, len(paths), {path: fault for path in checked if (fault := fault_of(path)) is not None})
