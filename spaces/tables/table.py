"""A table of labelled candidates, looked up by the candidate's text."""

from collections.abc import Sequence
from pathlib import Path

from spaces.tables.table_file import Floats, read_table_file
from spaces.tables.table_info import TableInfo
from tasks.foundation.errors import UsageError, unknown_name


class CandidateTable:
    """R candidates with one number, or none (NaN), in each column."""

    def __init__(self, path: Path, columns: Sequence[str] | None = None) -> None:
        """Open a Parquet or CSV file and read the columns named, or all that are numeric.

        The file has the candidates' texts in a column ``candidate`` or ``arch``. Raises UsageError for a file that is
        no such table, is damaged or empty, lacks a column, or has a candidate twice.
        """
        contents = read_table_file(path, columns)
        self.path = path
        self.info: TableInfo = contents.info
        self.others: tuple[str, ...] = contents.others  # columns of the file that are not numbers
        self._columns = contents.columns
        self._rows = dict(zip(contents.candidates, range(len(contents.candidates)), strict=True))
        if len(self._rows) < len(contents.candidates):
            raise UsageError(f"{path}: candidate {_repeated(contents.candidates)!r} is in more than one row")

    def __len__(self) -> int:
        """Return the number R of candidates."""
        return len(self._rows)

    def __contains__(self, candidate: object) -> bool:
        """Return whether the table has a row for a candidate's text."""
        return candidate in self._rows

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the numeric columns that were read, in the order of the file or as asked for."""
        return tuple(self._columns)

    def candidates(self) -> list[str]:
        """Return the texts of all candidates in the order of the file."""
        return list(self._rows)

    def column(self, name: str) -> Floats:
        """Return the numbers [R] of a column, in the order of ``candidates()``; raises UsageError for another name."""
        if name not in self._columns:
            show = f"python -m spaces.tables show {self.path}"
            raise UsageError(f"{self.path}: {unknown_name('column', name, self._columns, see=show)}")
        return self._columns[name]

    def row(self, candidate: str) -> int:
        """Return where in the columns a candidate is; raises UsageError for one that the table does not have."""
        if candidate not in self._rows:
            example = next(iter(self._rows))
            raise UsageError(
                f"{self.path}: no candidate {candidate!r} among {len(self):,}, e.g. {example!r}; if the space has it, "
                "--set space.pool=FILE searches these alone"
            )
        return self._rows[candidate]

    def measurements(self, candidate: str) -> dict[str, float]:
        """Return every column's number for a candidate; raises UsageError for one that the table does not have."""
        row = self.row(candidate)
        return {name: float(values[row]) for name, values in self._columns.items()}


def _repeated(candidates: list[str]) -> str:
    seen: set[str] = set()
    for candidate in candidates:
        if candidate in seen:
            return candidate
        seen.add(candidate)
    raise ValueError("every candidate is there once")
