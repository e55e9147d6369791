"""What ``python -m evo.train`` does: parse, then train or compare; nothing heavy before that."""

import argparse
from collections.abc import Sequence

from evo.commands.train_options import PROGRAM, parser, refuse_beside_comparison
from tasks.foundation.command_line import run_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_command(PROGRAM, lambda: _run(parser().parse_args(arguments), arguments))


def _run(options: argparse.Namespace, arguments: Sequence[str] | None) -> int:
    if options.against is not None:
        refuse_beside_comparison(arguments)
        from evo.retraining.comparison import run_comparison

        return run_comparison(options)
    from evo.retraining.retraining import run_training

    return run_training(options)
