"""What ``python -m evo.correlate`` does: parse, then score and compare; nothing heavy before that."""

import sys
from collections.abc import Sequence

from evo.correlation.options import PROGRAM, parser
from tasks.command_line import INTERRUPTED, USAGE
from tasks.errors import UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    try:
        options = parser().parse_args(arguments)
        from evo.correlation.session import run_correlation

        return run_correlation(options)
    except UsageError as error:
        print(f"{PROGRAM}: error: {' '.join(str(error).split())}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print(f"{PROGRAM}: interrupted", file=sys.stderr)
        return INTERRUPTED
