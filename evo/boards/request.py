"""What a caller asks of a leaderboard."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evo.correlation.request import RowsRequest
from evo.records.requests import PluginLike

DEFAULT_FOLDER = Path("runs") / "leaderboard"
PAGE, MARKDOWN, BOARDS = "leaderboard.html", "leaderboard.md", "boards"
"""What lies in it: two pages, and a folder with one for each board that was scored on."""


@dataclass(frozen=True, kw_only=True)
class LeaderboardRequest(RowsRequest):
    """A leaderboard as it is asked for; where nothing is said, the boards that are shipped or were scored before.

    What is said of rows is for a table of one's own: a board that is shipped has its own.

    fitness: to be scored where that was not done before: one, a list, or a text of several with commas between; None
        for none, or for the default list where a file of labels is named
    table: name of a board that is shipped, or with ``space`` a file of labelled candidates or a panel that is shipped;
        None for all boards
    space, metric: of a table of one's own, see ``CorrelationRequest``
    run_dir: folder of scores and pages
    """

    fitness: PluginLike | Sequence[PluginLike] | None = None
    table: Path | None = None
    space: PluginLike | None = None
    metric: str | None = None
    run_dir: Path = DEFAULT_FOLDER
