"""What a caller asks of a drawing."""

from dataclasses import dataclass
from pathlib import Path

from evo.records.checked_request import CheckedRequest
from evo.records.requests import PluginLike
from tasks.foundation.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class DrawRequest(CheckedRequest):
    """A drawing as it is asked for: of a run's candidate, or of any text of a space.

    run: folder of a search, finished or not; None for a candidate of no run
    candidate: its text; of a run None for its best
    space: where there is no run, its space; where there is one, its own again, so that it may be imported
    out: file to write, None for one that is named by what is drawn
    force: whether ``out`` is replaced where it differs
    trust: whether what the run's folder names may be imported
    """

    run: Path | None = None
    candidate: str | None = None
    space: PluginLike | None = None
    out: Path | None = None
    force: bool = False
    trust: bool = False

    def __post_init__(self) -> None:
        """Raise UsageError for a value of another type, and where there is nothing to draw."""
        super().__post_init__()
        if self.run is None and (self.space is None or self.candidate is None):
            raise UsageError("name a run, or a space by --space and the text of a candidate")
