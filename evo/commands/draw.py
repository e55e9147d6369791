"""What ``python -m evo.draw`` does: parse, then draw; nothing heavy before that."""

from collections.abc import Sequence

from evo.commands.draw_options import read_request
from evo.commands.messages import run_printed
from evo.drawing.request import DrawRequest
from tasks.foundation.command_line import DONE, say

PROGRAM = "evo.draw"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_printed(PROGRAM, lambda: _run(read_request(arguments)))


def _run(request: DrawRequest) -> int:
    if request.run is not None:
        from evo.storage.run_folder import read_config

        read_config(request.run)  # a folder that holds no run is told before anything is loaded
    elif isinstance(request.space, str):
        from evo.engine.choices import parse_named
        from evo.engine.plugins import table_of

        table_of("space").load(parse_named(request.space, "--space").name)
    from evo.drawing.files import write_drawing

    say(str(write_drawing(request)))
    return DONE
