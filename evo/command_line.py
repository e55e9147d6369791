"""What ``python -m evo.run`` does: parse, then score one candidate or run a search; nothing heavy before that."""

import argparse
import sys
from collections.abc import Sequence

from evo.config import Limits
from evo.options import config_from, parser
from evo.recipe import apply_recipe
from tasks.command_line import DONE, FAILED, run_command
from tasks.console import printable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_command("evo.run", lambda: _run(apply_recipe(parser().parse_args(arguments))))


def _run(options: argparse.Namespace) -> int:
    return _search(options) if options.candidate is None else _score_one(options)


def _score_one(options: argparse.Namespace) -> int:
    from evo.evaluator import score_alone
    from evo.run_folder import read_config

    base = read_config(options.resume) if options.resume else None
    limits = Limits(trial_timeout_s=options.trial_timeout)
    outcome = score_alone(
        config_from(options, base), options.candidate, timeout_s=limits.trial_timeout_s, download=options.download
    )
    if outcome.fitness is None:
        print(printable(f"{outcome.status}: {outcome.error}"), file=sys.stderr)
        return FAILED
    print(repr(outcome.fitness))
    return DONE


def _search(options: argparse.Namespace) -> int:
    from evo.held_out import judge_held_out
    from evo.session import run_session

    return run_session(options, then=judge_held_out)
