"""What a caller asks of a report."""

from dataclasses import dataclass
from pathlib import Path

from evo.records.checked_request import CheckedRequest
from tasks.foundation.errors import UsageError

PAGE = "report.html"


@dataclass(frozen=True, kw_only=True)
class ReportRequest(CheckedRequest):
    """A report as it is asked for.

    runs: folders of runs
    out: the page; None for ``report.html`` in the folder of a single run, where it replaces the one of before
    csv: file of all rows, None for none; force: whether files that are named may be there already
    trust: whether a space that only a folder names may be imported for its diagrams
    """

    runs: tuple[Path, ...]
    out: Path | None = None
    csv: Path | None = None
    force: bool = False
    trust: bool = False

    @property
    def page(self) -> Path:
        """Where the page goes; raises UsageError where several runs leave that open."""
        if self.out is not None:
            return self.out
        if len(self.runs) != 1:
            raise UsageError(f"{len(self.runs)} runs have one report: name its file, --out report.html")
        return self.runs[0] / PAGE
