"""What a request for a correlation gets wrong and no plug-in has to be imported for."""

from pathlib import Path

from evo.correlation.labels import LabelledTable, read_labels
from evo.correlation.request import HALVES, WITHOUT_SCORE, CorrelationRequest
from evo.engine.first_checks import check_limits, check_plugins, check_scores
from evo.storage.plain_names import plain
from spaces import settle_panel
from tasks.foundation.errors import UsageError
from tasks.foundation.figure import check_figure


def check_request(request: CorrelationRequest) -> list[LabelledTable]:
    """Return the table of a request with each metric.

    Raises UsageError for an option, a name, a file or a column that no plug-in is needed to refuse.
    """
    _check_options(request)
    check_limits(trial_timeout=request.trial_timeout)
    check_scores("--scores", request.scores)
    several = request.fitness if isinstance(request.fitness, (list, tuple)) else [request.fitness]
    for fitness in several:
        check_plugins(request.space, fitness)
    if request.figure is not None:
        _check_figure(request.figure, force=request.force)
    settled_table(request.table)  # a name that is none is refused as such
    return read_labels(request.table, checked_metrics(request.metric))


def _check_options(request: CorrelationRequest) -> None:
    if any(options for axis, options in request.options.items() if axis not in ("space", "data")):
        raise UsageError(
            "--set takes space.OPTION=VALUE or data.OPTION=VALUE; a fitness has its options in parentheses: "
            "naswot(batch=64)"
        )
    check_half(request.rows)
    if request.failed not in WITHOUT_SCORE:
        raise UsageError(f"--failed {request.failed}: must be {' or '.join(WITHOUT_SCORE)}")


def _check_figure(path: Path, *, force: bool) -> None:
    try:
        check_figure(path, force=force)
    except UsageError as error:
        raise UsageError(f"--figure {error}") from error


def check_half(given: str | None) -> None:
    """Raise UsageError for what is no half of a table; None is all of it."""
    if given not in (None, *HALVES):
        raise UsageError(f"--rows {given}: must be {' or '.join(HALVES)}")


def checked_metrics(given: str) -> list[str]:
    """Return the metrics of a text without spaces around them; raises UsageError where two would share their files."""
    metrics = [metric.strip() for metric in given.split(",")]
    if not all(metrics) or len({plain(metric) for metric in metrics}) < len(metrics):
        raise UsageError(f"--metric {given}: different columns with commas between are needed, e.g. c10_test,in16_test")
    return metrics


def settled_table(given: Path) -> str:
    """Return the name of a shipped panel, or the full path of a table's file; raises UsageError for another name."""
    try:
        return settle_panel(str(given))
    except UsageError as error:
        raise UsageError(f"--table {given}: {error}; a file needs its .csv or .parquet") from error
