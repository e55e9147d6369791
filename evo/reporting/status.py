"""How runs stand: those that are named, or all of a folder, newest first."""

from collections.abc import Sequence
from pathlib import Path

from evo.display.readable_numbers import in_thousands, readable, shortly
from evo.reporting.run_status import RunStatus, run_status
from evo.storage.run_folder import CONFIG, PROGRESS, is_run
from tasks.foundation.errors import UsageError, first_line

RUNS = Path("runs")
"""Where runs are that were told no folder."""
HEAD = ("run", "state", "done", "best", "params", "age")


def status(*run_dirs: str | Path) -> list[RunStatus]:
    """Return how runs stand, as ``python -m evo.status`` prints it; without any, those of the folder ``runs``.

    run_dirs: their folders. Of ``runs`` the newest is first, and what cannot be read is left out.

    Raises UsageError where a folder is no run.
    """
    if not run_dirs:
        return [found for _, found in found_in(RUNS) if isinstance(found, RunStatus)]
    for one in run_dirs:
        if not isinstance(one, str | Path):
            raise UsageError(f"status({one!r}): the folder of a run is needed")
    return [run_status(Path(one)) for one in run_dirs]


def runs_in(folder: Path) -> list[Path]:
    """Return the folders of runs in a folder, that which gave a sign of life last first."""
    try:
        return sorted((path for path in folder.iterdir() if is_run(path)), key=_written, reverse=True)
    except OSError:
        return []


def found_in(folder: Path) -> list[tuple[Path, RunStatus | str]]:
    """Return how the runs of a folder stand, newest first; of one that cannot be read, why not."""
    return [(path, _readable(path)) for path in runs_in(folder)]


def table_of(found: Sequence[tuple[Path, RunStatus | str]]) -> list[str]:
    """Return a line for each run below a head, and then what is wrong with those that cannot be read."""
    rows = [HEAD, *(_row(each) for _, each in found if isinstance(each, RunStatus))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [*lines, *(f"{path}: {each}" for path, each in found if isinstance(each, str))]


def _row(found: RunStatus) -> tuple[str, ...]:
    wanted = "" if found.wanted is None else f"/{found.wanted}"
    params = "-" if found.params is None else in_thousands(found.params, 3)
    age = "-" if found.age_s is None else shortly(found.age_s)
    return str(found.path), found.state, f"{found.done}{wanted}", readable(found.best), params, age


def _readable(path: Path) -> RunStatus | str:
    """Return how a run stands, or why nobody can say."""
    try:
        return run_status(path)
    except UsageError as error:
        return first_line(error).removeprefix(f"{path}: ")


def _written(path: Path) -> float:
    beat = path / PROGRESS
    return (beat if beat.is_file() else path / CONFIG).stat().st_mtime
