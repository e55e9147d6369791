"""What a request for a leaderboard gets wrong and no plug-in has to be imported for."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from evo.boards.request import BOARDS, MARKDOWN, LeaderboardRequest
from evo.boards.shipped import shipped_names
from evo.correlation.request import CorrelationRequest, RowsRequest
from evo.correlation.request_checks import check_request
from evo.engine.first_checks import check_limits, check_plugins, check_scores
from evo.storage.locked_folder import LockedFolder
from tasks.foundation.errors import UsageError, unknown_name

OF_A_TABLE = (
    *("metric", "lower_is_better", "options", "data", "image_size", "channels", "data_root", "seed", "sample", "rows"),
    "rows_seed",
)
"""What may be said of a table of one's own; a board that is shipped has its own."""


def check_leaderboard(request: LeaderboardRequest) -> None:
    """Raise UsageError for an option, a name or a file that no plug-in is needed to refuse."""
    check_limits(trial_timeout=request.trial_timeout)
    check_scores("--scores", request.scores)
    _check_folder(request.run_dir)
    several = request.fitness if isinstance(request.fitness, (list, tuple)) else [request.fitness]
    for fitness in several:
        check_plugins(request.space, fitness)
    if request.space is None:
        _check_shipped(request)
    else:
        _check_own(request)
        check_request(correlation_of(request, fitness=[]))


def correlation_of(request: LeaderboardRequest, *, fitness: Any) -> CorrelationRequest:
    """Return the correlation of fitnesses with the table of one's own that a request names."""
    shared = ("space", "table", "metric", *(field.name for field in fields(RowsRequest)))
    return CorrelationRequest(fitness=fitness, **{name: getattr(request, name) for name in shared})


def _check_folder(path: Path) -> None:
    """Raise UsageError where the folder cannot be written, or holds somebody's files and no leaderboard."""
    if not (path / BOARDS).is_dir():
        LockedFolder(path).check_usable(MARKDOWN)


def _check_own(request: LeaderboardRequest) -> None:
    for name in ("table", "metric"):
        if getattr(request, name) is None:
            raise UsageError(f"--space needs --{name}: a file of labelled candidates, and the column to agree with")


def _check_shipped(request: LeaderboardRequest) -> None:
    """Raise UsageError for a table that is none of the shipped boards, and for what these have of their own."""
    defaults = {field.name: field.default for field in fields(LeaderboardRequest)}
    if request.table is not None and str(request.table) not in shipped_names():
        if request.table.suffix:
            raise UsageError(f"--table {request.table}: name the --space and the --metric of a table of your own")
        raise unknown_name("table", str(request.table), shipped_names())
    for name in OF_A_TABLE:
        given = getattr(request, name)
        if any(given.values()) if name == "options" else given != defaults[name]:
            flag = "--set" if name == "options" else f"--{name.replace('_', '-')}"
            raise UsageError(
                f"{flag} is for a table of your own: name it by --table FILE --space S --metric M; a board that is "
                "shipped has its own rows, images and seed"
            )
