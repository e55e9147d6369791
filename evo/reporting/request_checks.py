"""What is wrong with a report before anything of a run is read."""

from evo.reporting.request import ReportRequest
from evo.storage import epoch_log, run_log
from evo.storage.run_folder import CONFIG
from tasks.foundation.errors import UsageError
from tasks.foundation.output_files import check_output, is_there

MOST_RUNS = 100
ENDINGS = (".html", ".htm")


def check_report(request: ReportRequest) -> None:
    """Raise UsageError where there is no run in a folder, one is given twice, or a file cannot be written."""
    if not 1 <= len(request.runs) <= MOST_RUNS:
        raise UsageError(f"{len(request.runs)} runs: 1 to {MOST_RUNS} are shown; give folders, e.g. runs/x runs/y")
    for place, run in enumerate(request.runs):
        if not is_there(run) or not run.is_dir():
            raise UsageError(f"{run}: is no folder; give the folder of a run")
        if not any(is_there(run / name) for name in (CONFIG, run_log.FOLDER, epoch_log.FOLDER)):
            raise UsageError(f"{run}: holds no run ({CONFIG} is missing, and there are no rows); name another folder")
        if any(run.resolve() == other.resolve() for other in request.runs[:place]):
            raise UsageError(f"{run}: is given twice; name each run once")
    if request.page.suffix.lower() not in ENDINGS:
        raise UsageError(f"--out {request.page}: is a page of HTML; name a file that ends in {' or '.join(ENDINGS)}")
    check_output(request.page, force=request.force or request.out is None)
    if request.csv is not None:
        check_output(request.csv, force=request.force)
        if request.csv.resolve() == request.page.resolve():
            raise UsageError(f"--csv {request.csv}: is the page itself; name another file")
