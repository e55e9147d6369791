"""The options of ``python -m evo.report``."""

from collections.abc import Sequence
from typing import Any

from evo.commands.options import add_quiet, add_trust, said
from evo.reporting.request import PAGE, ReportRequest
from tasks.foundation.command_line import OneLineParser, named_path

DESCRIPTION = "Write a page about a run, or several beside each other: what was found, and how sure that is."
EPILOG = f"""\
one run: RUN/{PAGE}, which replaces the one of before; it opens without a network, light and dark, and prints
several: runs that differ in their seed alone are one arm; arms are compared with intervals, paired by seed
a run that is going, was killed, or has torn files is shown as far as it can be read
examples:
  python -m evo.report runs/x
  python -m evo.report runs/x runs/y runs/z --out report.html --csv rows.csv

exit codes: 0 done, 1 failed, 2 usage, 130 interrupted with everything saved"""


def read_command(arguments: Sequence[str] | None) -> tuple[ReportRequest, bool]:
    """Return what the arguments ask for, and whether nothing but the result is to be said; raises UsageError."""
    root = OneLineParser(prog="python -m evo.report", description=DESCRIPTION, epilog=EPILOG)
    root.add_argument("runs", type=named_path, nargs="+", metavar="RUN", help="folder of a run, e.g. runs/x")
    where = root.add_argument_group("what is written")
    where.add_argument("--out", type=named_path, metavar="FILE", help=f"the page (default for one run: RUN/{PAGE})")
    where.add_argument("--csv", type=named_path, metavar="FILE", help="all rows of the runs, a column per metric")
    where.add_argument("--force", action="store_true", help="replace FILE if it exists")
    add_trust(where)
    add_quiet(where)
    given = root.parse_args(arguments)
    found: dict[str, Any] = said(ReportRequest, given)
    return ReportRequest(**{**found, "runs": tuple(given.runs)}), given.quiet
