"""What ``python -m evo.label`` does: parse, then train and write; nothing heavy before that."""

import argparse
from collections.abc import Sequence

from evo.commands.label_options import PROGRAM, parser
from tasks.foundation.command_line import run_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_command(PROGRAM, lambda: _run(parser().parse_args(arguments)))


def _run(options: argparse.Namespace) -> int:
    from evo.labelling.labelling import run_labelling

    return run_labelling(options)
