"""What ``python -m evo.train`` does: parse, then train or compare; nothing heavy before that."""

from collections.abc import Sequence

from evo.commands.messages import run_printed, say_loading
from evo.commands.train_options import TrainCommand, read_command
from evo.retraining.request import ComparisonRequest
from tasks.foundation.command_line import DONE

PROGRAM = "evo.train"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_printed(PROGRAM, lambda: _run(read_command(arguments)))


def _run(command: TrainCommand) -> int:
    if isinstance(command.request, ComparisonRequest):
        say_loading("comparison", quiet=command.quiet)
        from evo.retraining.comparison import run_comparison

        run_comparison(command.request)
        return DONE
    from evo.storage.run_folder import read_config

    request = command.request
    request.check_named()
    if request.run is not None:
        read_config(request.run)  # a folder that holds no run is told before anything is loaded
    say_loading(f"training of {request.run or request.candidate}", quiet=command.quiet)
    from evo.retraining.retraining import run_training

    run_training(request, progress=not command.quiet)
    return DONE
