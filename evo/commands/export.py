"""What ``python -m evo.export`` does: parse, then export; nothing heavy before that."""

from collections.abc import Sequence
from pathlib import Path

from evo.commands.export_options import ExportCommand, read_command
from evo.commands.messages import run_printed, say_loading
from tasks.foundation.command_line import DONE, say

PROGRAM = "evo.export"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_printed(PROGRAM, lambda: _run(read_command(arguments)))


def _run(command: ExportCommand) -> int:
    from evo.exporting.formats import check_format
    from evo.storage.run_folder import read_config

    check_format(command.request.format)
    read_config(command.request.run)  # a folder that holds no run is told before anything is loaded
    if command.storage is not None:
        return _to_optuna(command.request.run, command.storage, command.study)
    say_loading(f"export of {command.request.run}", quiet=command.quiet)
    from evo.exporting.exporting import run_export

    run_export(command.request)
    return DONE


def _to_optuna(run: Path, storage: str, study: str | None) -> int:
    from evo.tracking.optuna_storage import write_study

    say(f"study {write_study(run, storage, study)} in {storage}: optuna-dashboard {storage} shows it")
    return DONE
