"""What a reader of a published benchmark file is asked and hands over."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from spaces.tables.table_info import TableInfo
from tasks.foundation.plain_files import check_plain


@dataclass(frozen=True)
class PublishedRun:
    """One run of one architecture.

    place: where it is in the file, for messages
    architecture: as published, what ``Published.encode`` takes
    values: column -> measurement
    """

    place: str
    architecture: tuple[object, ...]
    values: Mapping[str, float]


Sizes = Mapping[str, float]
"""Column -> size in the file's unit."""


def unknown_sizes(text: str) -> Sizes:
    """Return that nothing is known of a candidate's size."""
    return {}


@dataclass(frozen=True)
class OwnSizes:
    """What a space knows of the sizes that a published file states.

    columns: those of the table that are sizes
    count: a candidate's text -> what it can count of them
    every: whether that is quick enough for all candidates, and not only for those whose runs disagree
    """

    columns: tuple[str, ...] = ()
    count: Callable[[str], Sizes] = unknown_sizes
    every: bool = False


@dataclass(frozen=True)
class Published:
    """A published file, ready to be read once.

    info: what the table says of itself; its units name every column that a run may have
    encode: returns the candidate's text of an architecture, or raises ValueError where the space has no such candidate
    records: read as they are asked for, raising UsageError where the file is damaged
    sizes: which columns are sizes, and what the space says of them
    """

    info: TableInfo
    encode: Callable[..., str]
    records: Iterator[PublishedRun]
    sizes: OwnSizes = field(default_factory=OwnSizes)


@dataclass(frozen=True)
class ImportRequest:
    """What to read and how.

    path: the published file or folder
    member: which file of an archive
    space: the space's name instead of the usual one
    trust: whether a pickle may be read
    watch: is told from time to time which part of the input, 0 to 1, has been read
    """

    path: Path
    member: str | None = None
    space: str | None = None
    trust: bool = False
    watch: Callable[[float], None] = lambda part: None

    def open(self) -> BinaryIO:
        """Open the file; what is read from it is told to ``watch``. Raises OSError."""
        check_plain(self.path)
        return io.BufferedReader(_WatchedFile(self.path, self.watch), buffer_size=1 << 20)


class _WatchedFile(io.FileIO):
    def __init__(self, path: Path, watch: Callable[[float], None]) -> None:
        super().__init__(path)
        self._size = max(1, path.stat().st_size)
        self._watch = watch

    def readinto(self, buffer: "bytearray | memoryview", /) -> int | None:  # type: ignore[override]
        count = super().readinto(buffer)
        self._watch(min(1.0, self.tell() / self._size))
        return count
