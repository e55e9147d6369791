"""A report of runs: one page of HTML, and their rows as CSV where asked for."""

import logging
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from evo.boards.shipped import shipped_boards
from evo.display.readable_numbers import counted
from evo.drawing.space_of_run import space_of
from evo.engine.asking import requested
from evo.engine.plugins import NO_OBJECTS
from evo.records.failures import FailedRunError
from evo.reporting.in_folder import InFolder
from evo.reporting.report_page import Reported, report_html
from evo.reporting.request import ReportRequest
from evo.reporting.request_checks import check_report
from evo.reporting.run_files import read_run_files
from evo.reporting.run_rows import write_csv
from evo.storage.durable_files import write_text

logger = logging.getLogger(__name__)


def report(
    runs: InFolder | str | Path | Sequence[InFolder | str | Path],
    *,
    out: str | Path | None = None,
    csv: str | Path | None = None,
    force: bool = False,
    trust: bool = False,
) -> Path:
    """Write a page about one run or several, and return its path; as ``python -m evo.report`` does.

    runs: folders, or runs as ``evo.load`` returns them, one or a list
    out, csv, force, trust: see ``ReportRequest``

    Raises UsageError for bad input, with nothing written, and FailedRunError where a file cannot be written.
    """
    given = runs if isinstance(runs, Sequence) and not isinstance(runs, str) else [runs]
    folders = tuple(map(_folder, given))
    request = requested(ReportRequest, {"runs": folders, "out": out, "csv": csv, "force": force, "trust": trust})
    return run_report(request)


def _folder(run: object) -> object:
    """Return the folder of a run or of a text; what is neither is left for the request to refuse."""
    if isinstance(run, InFolder):
        return run.path
    return Path(run) if isinstance(run, str) else run


def run_report(request: ReportRequest, *, objects: Mapping[str, object] = NO_OBJECTS) -> Path:
    """Write what is asked for, and return the page's path; raises as ``report`` does.

    objects: the caller's own plug-ins of the runs, by axis
    """
    check_report(request)
    clock = time.perf_counter()
    names = _names(request.runs)
    runs = [read_run_files(path, name) for path, name in zip(request.runs, names, strict=True)]
    spaces = [space_of(run.path, run.config, given=objects, trust=request.trust) for run in runs]
    html = report_html(Reported(runs, spaces, shipped_boards(), f"Made {datetime.now(UTC):%Y-%m-%d %H:%M} UTC."))
    try:
        write_text(request.page, html)
        rows = None if request.csv is None else write_csv(request.csv, runs)
    except OSError as error:
        raise FailedRunError(f"{request.page}: cannot be written ({error.strerror})") from error
    seconds = time.perf_counter() - clock
    trials = sum(run.rows.num_rows for run in runs)
    logger.info("%s: %s, %.0f kB, %.1f s", request.page, counted(trials, "trial"), len(html.encode()) / 1e3, seconds)
    if rows is not None:
        logger.info("%s: %s", request.csv, counted(rows, "row"))
    return request.page


def _names(paths: Sequence[Path]) -> list[str]:
    """Return what runs are called: the names of their folders, or their paths where two have the same."""
    short = [path.resolve().name for path in paths]
    counts = Counter(short)
    return [name if counts[name] == 1 else str(path) for name, path in zip(short, paths, strict=True)]
