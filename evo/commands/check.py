"""What ``python -m evo.check`` does: say what a strategy still lacks; nothing heavy before the options are read."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evo.commands.messages import run_printed
from evo.commands.options import known_plugins
from tasks.foundation.command_line import DONE, FAILED, OneLineParser, add_assignments, parse_assignments, say
from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import PluginText, joined, parse_plugin
from tasks.foundation.ranges import check_range

if TYPE_CHECKING:
    from tasks.conformance.verdicts import Verdict

PROGRAM = "evo.check"
MOST_TRIALS = 1_000_000
SPACE = "nasbench201(stem_channels=4,cells_per_stage=1)"
"""A space of small networks, with a supernet."""
SMALL: Mapping[str, object] = {"epochs": 2, "pictures": 16, "batch": 4, "held_out": 4, "threads": 1}
"""Options of the search with a variant, which trains a supernet in seconds."""
EPILOG = """\
a variant of differentiable search, as darts, is checked by the training of a small supernet for two epochs on noise
examples:
  python -m evo.check mine:Mine --space mine:Nets
  python -m evo.check "regularized_evolution(population=10,tournament=3)" --trials 200

exit codes: 0 no check failed, 1 a check failed, 2 usage, 130 interrupted"""


@dataclass(frozen=True)
class _Subject:
    """What is checked: a strategy and a space by their names, with their options settled."""

    strategy: str
    strategy_options: Mapping[str, object]
    space: str
    space_options: Mapping[str, object]
    trials: int
    seed: int


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(
        prog="python -m evo.check",
        description="Check that a strategy keeps its contract (evo/strategies/base.py).",
        epilog=EPILOG,
    )
    root.add_argument("strategy", metavar="STRATEGY", help=known_plugins("strategy"))
    root.add_argument(
        "--space",
        metavar="S",
        default=SPACE,
        help="space that is searched: a name, or module:Class (default: %(default)s)",
    )
    add_assignments(root, "option of the strategy or the space, e.g. strategy.population=20")
    root.add_argument("--trials", type=int, default=60, metavar="N", help="trials of a search (default: 60)")
    root.add_argument("--seed", type=int, default=0, metavar="N", help="determines proposals (default: 0)")
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the strategy; returns the exit code."""
    return run_printed(PROGRAM, lambda: _check(parser().parse_args(arguments)))


def _check(given: argparse.Namespace) -> int:
    check_range("--trials", given.trials, 2, MOST_TRIALS)
    subject = _subject(given)
    from tasks.conformance.verdicts import report, summary  # torch comes with it

    counts = report(_verdicts(subject, *_made(subject)))
    say(summary(counts))
    return FAILED if counts["FAILED"] else DONE


def _subject(given: argparse.Namespace) -> _Subject:
    from evo.strategies import STRATEGIES
    from evo.strategies.kinds import SearchKind
    from spaces import SPACES

    assigned = parse_assignments(given.assignments, ["strategy", "space"])
    strategy: PluginText = parse_plugin(given.strategy, option="STRATEGY", example="'random_search'")
    space = parse_plugin(given.space, option="--space", example=f"'{SPACE}'")
    own = dict(space.given())
    if given.space != SPACE:
        joined("space", own, assigned["space"])
    trained = STRATEGIES.kind_of(strategy.name) is SearchKind.DIFFERENTIABLE
    small = SMALL if trained else {}
    return _Subject(
        strategy.name,
        STRATEGIES.resolve(strategy.name, {**small, **joined("strategy", strategy.given(), assigned["strategy"])}),
        space.name,
        SPACES.resolve(space.name, {**own, **assigned["space"]}),
        given.trials,
        given.seed,
    )


def _made(subject: _Subject) -> tuple[Any, Sequence[Callable[[Any], str]]]:
    """Return the case and its checks; raises UsageError where the strategy or the space refuses."""
    from evo.conformance import STRATEGY_CHECKS, VARIANT_CHECKS
    from evo.conformance.case import StrategyCase, begun
    from evo.strategies import STRATEGIES
    from evo.strategies.kinds import SearchKind
    from spaces import SPACES

    space = SPACES.build(subject.space, subject.space_options)
    if STRATEGIES.kind_of(subject.strategy) is SearchKind.DIFFERENTIABLE:
        return _variant_case(subject, space), VARIANT_CHECKS

    def make() -> Any:
        return begun(STRATEGIES.build(subject.strategy, subject.strategy_options, space=space), space)

    make()
    return StrategyCase(make, space, trials=subject.trials, seed=subject.seed), STRATEGY_CHECKS


def _variant_case(subject: _Subject, space: Any) -> Any:
    from evo.conformance.variants import VariantCase
    from evo.differentiable.config import build_gradient_plugins
    from evo.engine.plugins import resolve_choice
    from evo.records.config import Choice, SearchConfig

    config = SearchConfig(
        Choice(subject.space, subject.space_options),
        resolve_choice("fitness", "rotation", {}, strategy=subject.strategy),
        Choice(subject.strategy, subject.strategy_options),
        data="noise(size=8)",
        seed=subject.seed,
    )
    build_gradient_plugins(config)
    case = VariantCase(config, space)
    try:
        case.train(epochs=0)
    except ValueError as error:
        raise UsageError(
            f"strategy {subject.strategy!r} cannot search this space: {error}; name another by --space"
        ) from error
    return case


def _verdicts(subject: _Subject, case: Any, checks: Sequence[Callable[[Any], str]]) -> Iterator["Verdict"]:
    from evo.strategies import STRATEGIES
    from tasks.conformance.options import options_resolve
    from tasks.conformance.verdicts import examine, judge

    options = dict(subject.strategy_options)
    yield judge("options resolve", lambda: options_resolve(STRATEGIES, subject.strategy, options))
    yield from examine(case, checks)
