"""What ``python -m evo.report`` does: parse, then read and write; nothing heavy before that."""

from collections.abc import Sequence

from evo.commands.messages import run_printed, say_loading
from evo.commands.report_options import read_command
from evo.reporting.request import ReportRequest
from tasks.foundation.command_line import DONE

PROGRAM = "evo.report"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_printed(PROGRAM, lambda: _run(*read_command(arguments)))


def _run(request: ReportRequest, quiet: bool) -> int:
    from evo.reporting.request_checks import check_report

    check_report(request)
    say_loading(str(request.page), quiet=quiet)
    from evo.reporting.report import run_report

    run_report(request)
    return DONE
