"""What ``python -m evo.run`` does: parse, then score one candidate or run a search; nothing heavy before that."""

import argparse
import sys
from collections.abc import Sequence

from evo.commands.recipe import apply_recipe
from evo.commands.run_options import config_from, parser
from evo.engine.plugins import DEFAULT_STRATEGY
from evo.records.config import Limits
from tasks.foundation.command_line import DONE, FAILED, printable, run_command
from tasks.foundation.errors import UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_command("evo.run", lambda: _run(apply_recipe(parser().parse_args(arguments))))


def _run(options: argparse.Namespace) -> int:
    if _by_gradient(options):
        from evo.differentiable.session import run_gradient_session

        return run_gradient_session(options)
    return _search(options) if options.candidate is None else _score_one(options)


def _score_one(options: argparse.Namespace) -> int:
    from evo.engine.evaluator import score_alone
    from evo.storage.run_folder import read_config

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
    if options.seeds is not None:
        raise UsageError(f"--seeds {options.seeds}: only a search by gradient has several; give --seed")
    from evo.engine.session import run_session
    from evo.proxy_search.held_out import judge_held_out

    return run_session(options, then=judge_held_out)


def _by_gradient(options: argparse.Namespace) -> bool:
    """Return whether the options ask for a search by gradient, or for one to be resumed."""
    from evo.engine.session import locate
    from evo.strategies import STRATEGIES
    from evo.strategies.strategy_table import searches_by_gradient

    _, stored = locate(options)
    kept = stored.strategy.name if stored and options.resume else DEFAULT_STRATEGY
    return searches_by_gradient(STRATEGIES.load(options.strategy or kept))
