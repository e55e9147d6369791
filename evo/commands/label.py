"""What ``python -m evo.label`` does: parse, then train and write; nothing heavy before that."""

from collections.abc import Sequence

from evo.commands.label_options import LabelCommand, read_command
from evo.commands.messages import run_printed, say_loading
from tasks.foundation.command_line import DONE, FAILED

PROGRAM = "evo.label"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_printed(PROGRAM, lambda: _run(read_command(arguments)))


def _run(command: LabelCommand) -> int:
    from evo.labelling.request_checks import check_request

    check_request(command.request)
    say_loading(f"{command.request.space} on {command.request.data}", quiet=command.quiet)
    from evo.labelling.labelling import run_labelling
    from evo.scoring.scoring import Watching

    labelling = run_labelling(command.request, watching=Watching(progress=not command.quiet))
    return FAILED if labelling.panel is None else DONE
