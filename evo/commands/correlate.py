"""What ``python -m evo.correlate`` does: parse, then score and compare; nothing heavy before that."""

import argparse
from collections.abc import Sequence

from evo.commands.correlate_options import PROGRAM, parser
from tasks.foundation.command_line import run_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_command(PROGRAM, lambda: _run(parser().parse_args(arguments)))


def _run(options: argparse.Namespace) -> int:
    from evo.correlation.correlation import run_correlation

    return run_correlation(options)
