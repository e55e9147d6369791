"""What a caller asks of an export."""

from dataclasses import dataclass
from pathlib import Path

from evo.records.checked_request import CheckedRequest
from evo.records.requests import PluginLike

DEFAULT_FORMAT = "torch"


@dataclass(frozen=True, kw_only=True)
class ExportRequest(CheckedRequest):
    """An export as it is asked for.

    run: folder of a search, finished or not
    candidate: text of another candidate of the run's space, None for the run's best
    seed_of: seed of the supernet whose cell is exported, None for that of the best held-out loss
    format: a name of ``FORMATS``
    space, data: the run's own plug-ins again, where they were handed over as objects, or are somebody's own
    force: whether files that are there and differ are replaced
    trust: whether what the run's folder names may be imported
    """

    run: Path
    candidate: str | None = None
    seed_of: int | None = None
    format: str = DEFAULT_FORMAT
    space: PluginLike | None = None
    data: PluginLike | None = None
    force: bool = False
    trust: bool = False
