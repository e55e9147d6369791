"""What ``python -m evo.correlate`` does: parse, then score and compare; nothing heavy before that."""

from collections.abc import Sequence

from evo.commands.correlate_options import CorrelateCommand, read_command
from evo.commands.messages import run_printed, say_loading
from tasks.foundation.command_line import DONE, FAILED

PROGRAM = "evo.correlate"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_printed(PROGRAM, lambda: _run(read_command(arguments)))


def _run(command: CorrelateCommand) -> int:
    from evo.correlation.request_checks import check_request

    check_request(command.request)
    say_loading(f"{command.request.fitness} against {command.request.metric}", quiet=command.quiet)
    from evo.correlation.correlation import run_correlation
    from evo.scoring.scoring import Watching

    found = run_correlation(command.request, watching=Watching(progress=not command.quiet))
    return FAILED if found.unscored else DONE
