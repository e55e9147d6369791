"""What a caller asks of a leaderboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evo.records.checked_request import CheckedRequest
from evo.records.requests import Placement, PluginLike

DEFAULT_FOLDER = Path("runs") / "leaderboard"
PAGE, MARKDOWN, BOARDS = "leaderboard.html", "leaderboard.md", "boards"
"""What lies in it: two pages, and a folder with one for each board that was scored on."""


@dataclass(frozen=True, kw_only=True)
class LeaderboardRequest(CheckedRequest):
    """A leaderboard as it is asked for; where nothing is said, the boards that are shipped or were scored before.

    fitness: to be scored where that was not done before: one, a list, or a text of several with commas between; None
        for none, or for the default list where a file of labels is named
    table: name of a board that is shipped, or with ``space`` a file of labelled candidates or a panel that is shipped;
        None for all boards
    space, metric, lower_is_better, options, data, image_size, channels, data_root, download, seed, sample, rows,
        rows_seed: of a table of one's own, see ``CorrelationRequest``; a board that is shipped has its own
    trial_timeout: seconds that one score may take
    run_dir: folder of scores and pages
    scores: folder of scores that correlations share, ``none`` for no such folder, None for ``scores`` beside run_dir
    trust: whether what files name, e.g. a table, may be imported
    """

    fitness: PluginLike | Sequence[PluginLike] | None = None
    table: Path | None = None
    space: PluginLike | None = None
    metric: str | None = None
    lower_is_better: bool = False
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    data: PluginLike | None = None
    image_size: int | None = None
    channels: int | None = None
    data_root: str | None = None
    download: bool = False
    seed: int = 0
    sample: int | None = None
    rows: str | None = None
    rows_seed: int = 0
    trial_timeout: float | None = None
    run_dir: Path = DEFAULT_FOLDER
    scores: Path | None = None
    trust: bool = False
    placement: Placement = field(default_factory=Placement)
