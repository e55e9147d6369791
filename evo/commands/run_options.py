"""The options of ``python -m evo.run``, and what they mean: a configuration and its limits."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from evo.commands.recipe import shipped_recipes
from evo.engine.data_options import settled_data
from evo.engine.plugins import DEFAULT_STRATEGY, SHORTHANDS, TABLES, resolve_choice, table_of
from evo.records.config import AUTO_AHEAD, Choice, SearchConfig, whole_number
from tasks.foundation.command_line import OneLineParser, add_assignments, add_data, parse_assignments
from tasks.foundation.errors import UsageError

REQUIRED = ("space", "fitness")
PANEL_FITNESS = "rank_correlation"

EPILOG = """\
examples:
  python -m evo.run --space nds_resnet --fitness regression
  python -m evo.run --space nasbench201 --fitness regression --data imagefolder:pictures --evaluations 100
  python -m evo.run --space proxy_tasks --panel panel.parquet --panel-size 20
  python -m evo.run --recipe proxy_tasks_nasbench101
  python -m evo.run --resume runs/x --evaluations 900
  python -m evo.run --resume runs/x --candidate TEXT

exit codes: 0 done, 1 failed, 2 usage, 130 interrupted with everything saved"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(
        prog="python -m evo.run",
        description="Search a space of networks for the one with the best label-free fitness.",
        epilog=EPILOG,
    )
    _add_axes(root.add_argument_group("what to search"))
    _add_details(root.add_argument_group("how to search"))
    _add_limits(root.add_argument_group("how long"))
    _add_places(root.add_argument_group("where"))
    return root


def add_cluster(group: argparse._ArgumentGroup) -> None:
    """Add the options of the workers."""
    group.add_argument(
        "--workers", default="auto", metavar="N", help="worker processes (default: auto, one per GPU share or CPU)"
    )
    group.add_argument(
        "--gpus-per-worker", default="auto", metavar="G", help="GPU share of a worker (default: auto, 1 or none)"
    )
    group.add_argument(
        "--address", default="local", metavar="A", help="local, auto, or a running cluster's address (default: local)"
    )


def known_plugins(kind: str) -> str:
    """Return the names of a kind of plug-in, as a help text lists them."""
    return ", ".join((*TABLES[kind].builtin, "module:attribute"))


def _add_axes(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--space", metavar="S", help=f"search space: {known_plugins('space')}")
    group.add_argument("--fitness", metavar="F", help=f"what is maximised: {known_plugins('fitness')}")
    strategies = known_plugins("strategy")
    group.add_argument("--strategy", metavar="X", help=f"what to try next: {strategies} (default: {DEFAULT_STRATEGY})")
    group.add_argument(
        "--recipe",
        metavar="R",
        help=f"a file of these options, or one by name: {', '.join(shipped_recipes())}; what is given beside it wins",
    )
    add_data(group)
    _add_panel(group)


def _add_panel(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--panel",
        metavar="P",
        help="labelled architectures that proxy tasks are judged by, a Parquet or CSV file, or digits, which is "
        f"shipped; the fitness is then {PANEL_FITNESS} unless another is given",
    )
    group.add_argument("--panel-size", type=int, metavar="N", help="members of the panel to search on (default: 20)")
    group.add_argument(
        "--panel-held-out", type=int, metavar="N", help="members kept for the summary alone (default: none)"
    )


def _add_details(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--population", type=int, metavar="P", help="members alive at once (default: 50)")
    group.add_argument("--tournament", type=int, metavar="T", help="members that compete to be a parent (default: 10)")
    group.add_argument("--seed", type=int, metavar="N", help="determines every row (default: 0)")
    group.add_argument(
        "--seeds", type=int, metavar="N", help="of a search by gradient: supernets, from --seed on (default: 1)"
    )
    group.add_argument(
        "--ahead", metavar="N", help="trials proposed before the oldest is told (default: auto, max(16, 2 x workers))"
    )
    group.add_argument("--no-reuse", action="store_true", help="score equal candidates again instead of once")
    add_assignments(group, "option of the space, fitness or strategy, e.g. fitness.steps=50")
    group.add_argument("--candidate", metavar="TEXT", help="score this one candidate here and stop; writes nothing")


def _add_limits(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--evaluations", type=int, metavar="N", help="trials in all (default: 450)")
    group.add_argument("--max-minutes", type=float, metavar="M", help="propose nothing new after M minutes")
    group.add_argument("--trial-timeout", type=float, metavar="S", help="seconds that one trial may take")


def _add_places(group: argparse._ArgumentGroup) -> None:
    add_cluster(group)
    group.add_argument(
        "--run-dir", type=Path, metavar="DIR", help="the run's folder; one that exists is resumed (default: a new one)"
    )
    group.add_argument(
        "--resume",
        type=Path,
        metavar="DIR",
        help="take up the run in DIR; only evaluations, minutes, workers, address and time-out may change",
    )
    group.add_argument("--quiet", action="store_true", help="no progress, only the summary")


def config_from(options: argparse.Namespace, base: SearchConfig | None) -> SearchConfig:
    """Return the configuration that the options describe, on top of a resumed run's where there is one.

    Raises UsageError for a missing axis, an unknown name or an option that a plug-in does not have.
    """
    assignments = parse_assignments(options.assignments, TABLES)
    for flag, (axis, option) in SHORTHANDS.items():
        if getattr(options, flag) is not None:
            assignments[axis][option] = str(getattr(options, flag))
    names = {kind: getattr(options, kind) for kind in TABLES}
    if options.panel is not None and base is None:
        names["fitness"] = names["fitness"] or PANEL_FITNESS
    strategy = names["strategy"] or (base.strategy.name if base else DEFAULT_STRATEGY)
    choices: dict[str, Any] = {kind: _choice(kind, names[kind], assignments[kind], strategy, base) for kind in TABLES}
    given = {**settled_data(options), "seed": options.seed, "ahead": _ahead(options.ahead)}
    rest: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if options.no_reuse:
        rest["reuse"] = False
    return replace(base, **choices, **rest) if base else SearchConfig(**choices, **rest)


def _choice(kind: str, name: str | None, given: dict[str, str], strategy: str, base: SearchConfig | None) -> Choice:
    stored: Choice | None = getattr(base, kind) if base else None
    if name is None and stored is None and kind in REQUIRED:
        known = ", ".join(table_of(kind, strategy).names())
        raise UsageError(f"--{kind} is missing; known: {known}, or module:attribute")
    if stored is not None and name in (None, stored.name):
        return resolve_choice(kind, stored.name, {**stored.options, **given}, strategy=strategy)
    return resolve_choice(kind, DEFAULT_STRATEGY if name is None else name, given, strategy=strategy)


def _ahead(text: str | None) -> int | None:
    if text is None or text == "auto":
        return None if text is None else AUTO_AHEAD
    ahead = whole_number(text)
    if ahead < 1:
        raise UsageError(f"--ahead {text}: must be auto or a number of at least 1")
    return ahead
