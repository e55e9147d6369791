"""What ``python -m evo.status`` does: show how searches are going, while they run or afterwards."""

import time
from collections.abc import Sequence
from pathlib import Path

from evo.commands.messages import run_printed
from tasks.foundation.command_line import DONE, OneLineParser, named_path, say

PROGRAM = "evo.status"
FOLLOW_S = 2.0
"""How often a terminal is drawn anew."""
PLAIN_FOLLOW_S = 10.0
"""How often lines are added where there is no terminal."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how runs stand; returns the exit code."""
    return run_printed(PROGRAM, lambda: _run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    parser = OneLineParser(prog="python -m evo.status", description="Show how searches are going.")
    parser.add_argument(
        "runs", nargs="*", type=named_path, metavar="RUN", help="folders of runs, e.g. runs/x (default: list runs/)"
    )
    parser.add_argument("--follow", action="store_true", help="show it again and again, until none is running any more")
    given = parser.parse_args(arguments)
    _follow(given.runs) if given.follow else _show(given.runs)
    return DONE


def _show(runs: Sequence[Path]) -> bool:
    """Print how runs stand, or the list of all; returns whether one of them is going."""
    if not runs:
        return _list()
    for path in runs:
        _check(path)
    from evo.reporting.status import status

    found = status(*runs)
    say("\n\n".join(map(str, found)))
    return any(each.is_going for each in found)


def _list() -> bool:
    """Print a line for every run of the folder of runs; returns whether one of them is going."""
    from evo.reporting.run_status import RunStatus
    from evo.reporting.status import RUNS, found_in, table_of

    found = found_in(RUNS)
    none = f"no run in {RUNS}/: name one, or start one by python -m evo.run"
    say("\n".join(table_of(found)) if found else none)
    return any(isinstance(each, RunStatus) and each.is_going for _, each in found)


def _check(path: Path) -> None:
    """Raise UsageError where there is no run, before anything heavy is loaded."""
    from evo.storage.run_folder import read_config

    read_config(path)


def _follow(runs: Sequence[Path]) -> None:
    """Print it again and again, on a terminal in the same place."""
    from rich.console import Console

    console = Console()
    while True:
        console.clear()  # nothing but on a terminal
        if not _show(runs):
            return
        if not console.is_terminal:
            say()
        time.sleep(FOLLOW_S if console.is_terminal else PLAIN_FOLLOW_S)
