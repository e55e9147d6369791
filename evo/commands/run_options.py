"""The options of ``python -m evo.run``, each said once: its name, type and help.

A default is read where it lives: in ``Limits``, in ``SearchConfig``, or in the signature of the plug-in.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from evo.commands.initial_option import add_initial, initial_in
from evo.commands.options import TRIAL_TIMEOUT, add_cluster, add_quiet, add_trust, known_plugins, placement_of
from evo.commands.recipe import add_recipe
from evo.commands.signatures import default_of
from evo.engine.configuring import PANEL_FITNESS
from evo.engine.plugins import DEFAULT_OF_SEVERAL, DEFAULT_STRATEGY, SCORING, SHORTHANDS
from evo.engine.recipe_file import shipped_recipes
from evo.records.config import LEAST_AHEAD, WITH_OPTIONS, Limits, SearchConfig
from evo.records.requests import DEFAULT_SEEDS, SearchRequest
from evo.records.tell_order import OUTSIZED
from evo.strategies import STRATEGIES
from tasks.foundation.command_line import (
    CHANNELS,
    DATA_ROOT,
    IMAGE_SIZE,
    OneLineParser,
    Option,
    add_assignments,
    add_download,
    data_option,
    named_path,
    parse_assignments,
)
from tasks.foundation.errors import UsageError

EPILOG = """\
a plug-in with options: NAME(OPTION=VALUE,...), e.g. --fitness "regression(task=N,steps=50)"
strategies that learn from what was scored, after n0 random trials:
  surrogate(model=trees), (model=ridge) or (model=ranker): refit (trials between fits), children and samples (mutants
    and random candidates of which it proposes the best predicted), parents (how many of the best have children),
    random_share (of its proposals)
  tier_ranking, as NAR: k (candidates tried in a round), batch (those they are chosen from), rounds, refit (round, or
    never as published), size of the ranker (small or published), predictor (another one, e.g. ridge), thresholds
examples:
  python -m evo.run --space nds_resnet --fitness regression
  python -m evo.run --space nasbench201 --fitness regression --data imagefolder:photos --evaluations 100
  python -m evo.run --space proxy_tasks --panel panel.parquet --panel-size 20
  python -m evo.run --recipe proxy_tasks_nasbench101
  python -m evo.run --space nasbench201 --fitness regression --strategy "surrogate(model=ridge,n0=30)"
  python -m evo.run --recipe nar_small
  python -m evo.run --resume runs/x --evaluations 900
  python -m evo.run --resume runs/x --candidate TEXT

exit codes: 0 done, 1 failed, 2 usage, 130 interrupted with everything saved"""


def axes() -> tuple[Option, ...]:
    """Return the options of what is searched."""
    return (
        Option("space", "S", f"search space: {known_plugins('space')}"),
        Option("fitness", "F", f"what is maximised: {known_plugins('fitness')}"),
        Option("strategy", "X", f"what to try next: {known_plugins('strategy')} (default: {DEFAULT_STRATEGY})"),
        data_option(),
        IMAGE_SIZE,
        CHANNELS,
        DATA_ROOT,
        Option(
            "panel",
            "P",
            "labelled architectures that proxy tasks are judged by: a Parquet or CSV file, or digits, which is "
            "shipped; the fitness is then rank_correlation unless another is given",
        ),
        Option("panel_size", "N", f"members of the panel to search on (default: {_default('panel_size')})", int),
        Option(
            "panel_held_out",
            "N",
            f"members kept for the summary alone (default: {_default('panel_held_out') or 'none'})",
            int,
        ),
    )


def details() -> tuple[Option, ...]:
    """Return the options of how it is searched."""
    return (
        Option("population", "P", f"members alive at once (default: {_default('population')})", int),
        Option("tournament", "T", f"members that compete to be a parent (default: {_default('tournament')})", int),
        Option("seed", "N", f"determines every row, at equal look-ahead (default: {SearchConfig.seed})", int),
        Option("seeds", "N", f"supernets of a differentiable search, from --seed on (default: {DEFAULT_SEEDS})", int),
        Option(
            "ahead",
            "N",
            "trials proposed and not told at a time; a random first population needs no telling and runs ahead; a seed "
            "gives the same rows for any number of workers at equal look-ahead; more costs quality, fewer idle workers "
            f"(default: auto, max({LEAST_AHEAD}, 2 x workers), so equal up to {LEAST_AHEAD // 2} workers)",
        ),
        Option(
            "tell_order",
            "O",
            f"in which trials are told: trial (by number), expected (as trial, but a network of {OUTSIZED} times the "
            "median multiply-adds or more is overtaken for as many times as long; a space that names no costs builds "
            "each network without weights for it in the search's own process, with no time limit), completion (as they "
            "finish: no worker waits, and rows depend on the workers; --resume goes on exactly) (default: auto, "
            "expected where networks are trained, else trial)",
        ),
        Option(
            "objectives",
            "LIST",
            'several objectives, fitness first, e.g. "fitness,-params": params, macs, latency, latency(batch=N), or a '
            f"metric of the fitness, with a minus where lower is better; the strategy is then {DEFAULT_OF_SEVERAL} "
            "unless another is given; waiting to measure latency alone counts against --trial-timeout",
        ),
    )


def constraints() -> tuple[Option, ...]:
    """Return the options of what candidates may cost."""
    return (
        Option(
            "constraint",
            "C",
            'a bound on the networks that are tried, e.g. "params<1e6" or "macs<=100M"; may be given several times',
        ),
        Option(
            "constraint_size",
            "O",
            "options of the space at which networks are counted for that, e.g. space.cells=20,space.channels=36 "
            "(default: as searched)",
        ),
    )


def limits() -> tuple[Option, ...]:
    """Return the options of how long it is searched."""
    return (
        Option("evaluations", "N", f"trials in all (default: {Limits.evaluations})", int),
        Option("max_minutes", "M", "propose nothing new after M minutes", float),
        TRIAL_TIMEOUT,
        Option("target", "F", "stop once a fitness has reached F", float),
    )


def _default(name: str) -> object:
    """Return the default of an option that stands for one of the default strategy's, or of the panel's fitness."""
    axis, option = SHORTHANDS[name]
    target = {"strategy": STRATEGIES.builtin[DEFAULT_STRATEGY], "fitness": SCORING.builtin[PANEL_FITNESS]}[axis]
    assert isinstance(target, str)
    return default_of(target, option)


@dataclass(frozen=True)
class RunCommand:
    """What a command line of ``evo.run`` asks for.

    candidate: text of the one candidate to score, None for a search
    quiet: whether progress is kept to itself
    track: texts of the trackers that watch the search
    """

    request: SearchRequest
    candidate: str | None
    quiet: bool
    track: tuple[str, ...] = ()


def read_command(arguments: Sequence[str] | None) -> RunCommand:
    """Return what the arguments ask for, the recipe they name included; raises UsageError."""
    given = vars(parser().parse_args(arguments))
    values = add_recipe(given)
    return RunCommand(_request(values), values["candidate"], values["quiet"], tuple(values["track"]))


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(
        prog="python -m evo.run",
        description="Search a space of networks for the one with the best label-free fitness.",
        epilog=EPILOG,
    )
    _add_axes(root.add_argument_group("what to search"))
    _add_details(root.add_argument_group("how to search"))
    _add_all(root.add_argument_group("how long"), limits())
    _add_places(root.add_argument_group("where"))
    return root


def _add_all(group: argparse._ArgumentGroup, options: Sequence[Option]) -> None:
    for option in options:
        option.add_to(group)


def _add_axes(group: argparse._ArgumentGroup) -> None:
    _add_all(group, axes())
    group.add_argument(
        "--recipe",
        metavar="R",
        help=f"a file of these options, or one by name: {', '.join(shipped_recipes())}; what is given beside it wins, "
        "and the options of a part that another replaces are left out, which a line says",
    )
    add_download(group)


def _add_details(group: argparse._ArgumentGroup) -> None:
    _add_all(group, details())
    bound, size = constraints()
    group.add_argument(bound.flag, action="append", metavar=bound.metavar, help=bound.help)
    size.add_to(group)
    group.add_argument("--no-reuse", action="store_true", help="score equal candidates again instead of once")
    add_initial(group)
    add_assignments(group, "option of the space, fitness, strategy or data, e.g. fitness.steps=50")
    group.add_argument(
        "--candidate", metavar="TEXT", help="score this one here and stop: its text, or a published form"
    )


def _add_places(group: argparse._ArgumentGroup) -> None:
    add_cluster(group)
    group.add_argument(
        "--run-dir",
        type=named_path,
        metavar="DIR",
        help="the run's folder; one that exists is resumed (default: a new one)",
    )
    group.add_argument(
        "--resume",
        type=named_path,
        metavar="DIR",
        help="take up the run in DIR; only evaluations, minutes, workers, address, time-out and target may change",
    )
    group.add_argument(
        "--references",
        type=named_path,
        metavar="DIR",
        help="folder of scores that runs share, where a fitness asks for a sample of the space to be scored before the "
        "first trial; none for no such folder (default: references beside the run's folder)",
    )
    group.add_argument(
        "--track",
        metavar="T",
        action="append",
        default=[],
        help="hand trials and epochs to a tracker as well, repeatable: tensorboard, mlflow(uri=U), or "
        "wandb(mode=offline); where one fails, the search goes on",
    )
    add_trust(group)
    add_quiet(group)


def _request(values: Mapping[str, Any]) -> SearchRequest:
    if values["resume"] and values["run_dir"]:
        raise UsageError("--resume and --run-dir name two folders; give one of them")
    named = {field.name: values[field.name] for field in fields(SearchRequest) if field.name in values}
    return SearchRequest(
        **{
            **named,
            "options": parse_assignments(values["assignments"], WITH_OPTIONS),
            "reuse": False if values["no_reuse"] else None,
            "initial": initial_in(values["initial"]),
            "constraints": _listed(values["constraint"]),
            "run_dir": values["resume"] or values["run_dir"],
            "resume": values["resume"] is not None,
            "placement": placement_of(values),
        }
    )


def _listed(bounds: list[object] | str | None) -> list[str] | None:
    """Return bounds as a list of texts, of which a recipe may have one alone."""
    return [bounds] if isinstance(bounds, str) else None if bounds is None else list(map(str, bounds))
