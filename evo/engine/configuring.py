"""From what is asked for to what a search is: a folder, a configuration, its limits, and the caller's own objects."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evo.constraints.constraint import checked_texts
from evo.constraints.size_options import FLAG, shown_size, size_options
from evo.engine.choices import Chosen, choose, choose_like
from evo.engine.data_options import asked_data, passed_again, settled_data
from evo.engine.plugins import DEFAULT_OF_SEVERAL, DEFAULT_STRATEGY, SHORTHANDS, table_of
from evo.engine.trust import check_trusted, named_again
from evo.records.config import (
    AUTO_AHEAD,
    AXES,
    MOST_AHEAD,
    TOLD,
    WITH_OPTIONS,
    Choice,
    Limits,
    SearchConfig,
    whole_number,
)
from evo.records.requests import AUTO, PluginLike, SearchRequest
from evo.records.search_objectives import parse_objectives
from evo.records.tell_order import TellOrder
from tasks.foundation.errors import UsageError, named, unknown_name
from tasks.foundation.plugins import PluginTable

REQUIRED = ("space", "fitness")
PANEL_FITNESS = "rank_correlation"


@dataclass(frozen=True)
class Asked:
    """A search as it is asked for, resolved and checked against the folder.

    run_dir: its folder, None for a new one; stored: what the folder holds already
    objects: the caller's own plug-ins by axis
    """

    request: SearchRequest
    run_dir: Path | None
    stored: SearchConfig | None
    config: SearchConfig
    objects: Mapping[str, object] = field(default_factory=dict)


def resolve_request(request: SearchRequest, *, proposes: bool = True) -> Asked:
    """Return what a request means; raises UsageError for what is missing, unknown or refused.

    proposes: whether it needs a strategy; to score one candidate takes none.
    """
    run_dir = request.run_dir
    stored = None if run_dir is None else _stored(run_dir, resume=request.resume)
    if stored is not None and request.resume and stored.fitness.name == TOLD:
        raise UsageError(f"{run_dir}: is a study, which its caller scores; go on with evo.Study(run_dir=...) in Python")
    base = stored if request.resume else None
    if base is not None and run_dir is not None:
        _check_trusted(run_dir, base, request)
    former = {} if stored is None or run_dir is None else _former(run_dir, request)
    chosen = _choices(request, base, former, proposes=proposes)
    images = _images(request, base)
    config = _config(request, base, chosen, images)
    if stored is not None and config.ahead == AUTO_AHEAD:
        config = replace(config, ahead=stored.ahead)
    if stored is not None and asked_order(request.tell_order) is None:
        config = replace(config, tell_order=stored.tell_order)
    if stored is not None and stored.fitness == config.fitness:
        config = replace(config, reference_size=stored.reference_size)
    objects = {axis: one.made for axis, one in chosen.items() if one.made is not None}
    if images is not None and images.made is not None:
        objects["data"] = images.made
    for axis in config.objects:
        if axis not in objects:
            raise passed_again(axis, config.data if axis == "data" else getattr(config, axis).name)
    return Asked(request, run_dir, stored, config, objects)


def _check_trusted(run_dir: Path, stored: SearchConfig, request: SearchRequest) -> None:
    given = {axis: getattr(request, axis) for axis in WITH_OPTIONS}
    check_trusted(run_dir, stored, named_again(given, request.options))


def limits_of(asked: Asked) -> Limits:
    """Return when the search ends: what is asked for, else what the folder says; raises UsageError."""
    from evo.storage.run_folder import read_limits
    from evo.storage.run_log import logged_trials

    request, logged = asked.request, 0
    stored = Limits()
    if asked.stored is not None and asked.run_dir is not None:
        stored, logged = read_limits(asked.run_dir), logged_trials(asked.run_dir)
    if request.evaluations is not None and 0 < request.evaluations < logged:
        raise UsageError(
            f"--evaluations {request.evaluations}: {asked.run_dir} has {logged} already; ask for at least that many"
        )
    return Limits(
        evaluations=stored.evaluations if request.evaluations is None else request.evaluations,
        max_minutes=request.max_minutes,
        trial_timeout_s=stored.trial_timeout_s if request.trial_timeout is None else request.trial_timeout,
        target=stored.target if request.target is None else request.target,
    )


def _stored(run_dir: Path, *, resume: bool) -> SearchConfig | None:
    """Return the configuration that a folder holds, None where it holds none and need not."""
    from evo.storage.run_folder import is_run, read_config

    return read_config(run_dir) if resume or is_run(run_dir) else None


def _former(run_dir: Path, request: SearchRequest) -> Mapping[str, Choice]:
    """Return what the plug-ins of a run were before they had all of their options, where it is not gone on with."""
    from evo.storage.run_folder import read_former

    return {} if request.resume else read_former(run_dir)


def _images(request: SearchRequest, base: SearchConfig | None) -> Chosen | None:
    """Return the images that are asked for, None for those of the run that is gone on with, or the usual ones."""
    chosen = asked_data(request, SearchConfig.data if base is None else base.data)
    if chosen is not None and request.data is None and base is not None and "data" in base.objects:
        raise passed_again("data", base.data)
    return chosen


def _config(
    request: SearchRequest, base: SearchConfig | None, chosen: Mapping[str, Chosen], images: Chosen | None
) -> SearchConfig:
    choices: dict[str, Any] = {axis: one.choice for axis, one in chosen.items()}
    own = [axis for axis, one in chosen.items() if not one.by_name]
    kept = base is not None and images is None and "data" in base.objects
    if kept or (images is not None and not images.by_name):
        own.append("data")
    given = {
        **settled_data(images, request.data_root),
        "seed": request.seed,
        "ahead": _ahead(request.ahead),
        "tell_order": asked_order(request.tell_order),
        "reuse": request.reuse,
        "objects": tuple(own),
        "objectives": _objectives(request),
        "constraints": None if request.constraints is None else checked_texts(request.constraints),
        "constraint_size": _constraint_size(request, chosen["space"]),
    }
    rest: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    config = replace(base, **choices, **rest) if base else SearchConfig(**choices, **rest)
    if config.constraint_size and not config.constraints:
        raise UsageError(f"{FLAG} {shown_size(config.constraint_size)}: give what is to be within it by --constraint")
    return config


def _constraint_size(request: SearchRequest, space: Chosen) -> dict[str, object] | None:
    """Return the options of the space at which networks are counted, converted; None where none are asked for."""
    if request.constraint_size is None:
        return None
    given, choice = size_options(request.constraint_size), space.choice
    if given and not space.by_name:
        raise UsageError(
            f"{FLAG} {shown_size(given)}: space {choice.name!r} is an object, and cannot be made again with other "
            "options; give it by its name"
        )
    resolved = table_of("space").resolve(choice.name, {**choice.options, **given}) if given else {}
    return {name: resolved.get(name, value) for name, value in given.items()}


def _choices(
    request: SearchRequest, base: SearchConfig | None, former: Mapping[str, Choice], *, proposes: bool
) -> dict[str, Chosen]:
    given: dict[str, PluginLike] = {axis: getattr(request, axis) for axis in AXES}
    if request.panel is not None and base is None and given["fitness"] is None:
        given["fitness"] = PANEL_FITNESS
    options = _options(request)
    if proposes or base is not None or given["strategy"] is not None or options["strategy"]:
        if base is None and given["strategy"] is None and _objectives(request):
            given["strategy"] = DEFAULT_OF_SEVERAL
        strategy = _choice("strategy", given["strategy"], options["strategy"], base, former, None)
        name = strategy.choice.name if strategy.by_name else None  # an object trains no supernet
    else:
        strategy, name = Chosen(Choice(DEFAULT_STRATEGY)), None
    return {
        axis: strategy if axis == "strategy" else _choice(axis, given[axis], options[axis], base, former, name)
        for axis in AXES
    }


def _objectives(request: SearchRequest) -> tuple[str, ...] | None:
    """Return the objectives that are asked for as they are stored, None where nothing is said; raises UsageError."""
    return None if request.objectives is None else tuple(map(str, parse_objectives(request.objectives)))


def _options(request: SearchRequest) -> dict[str, dict[str, object]]:
    """Return the options of every axis; what has a name of its own has the last word."""
    for axis in request.options:
        if axis not in WITH_OPTIONS:
            raise unknown_name("axis in options:", axis, WITH_OPTIONS)
    options = {axis: dict(request.options.get(axis, {})) for axis in AXES}
    for name, (axis, option) in SHORTHANDS.items():
        if getattr(request, name) is not None:
            options[axis][option] = getattr(request, name)
    return options


def _choice(
    axis: str,
    given: PluginLike | None,
    options: Mapping[str, object],
    base: SearchConfig | None,
    former: Mapping[str, Choice],
    strategy: str | None,
) -> Chosen:
    stored: Choice | None = getattr(base, axis) if base else None
    table = table_of(axis, strategy)
    if stored is not None and base is not None and axis in base.objects and given is None:
        return Chosen(stored, None, by_name=False)
    if stored is not None and given is None:
        return choose(table, stored.name, {**stored.options, **options})
    if given is None and axis in REQUIRED:
        raise missing(axis, table)
    if stored is not None:
        return choose_like(table, stored, given, options)
    asked = DEFAULT_STRATEGY if given is None else given
    return choose_like(table, former[axis], asked, options) if axis in former else choose(table, asked, options)


def missing(axis: str, table: PluginTable) -> UsageError:
    """Return the error for a plug-in that has to be named and is not."""
    return UsageError(f"--{axis} is missing; known: {named(table.names())}, or module:attribute")


def check_ahead(ahead: int | str | None) -> None:
    """Raise UsageError for a look-ahead that is none."""
    _ahead(ahead)


def _ahead(ahead: int | str | None) -> int | None:
    if ahead is None or ahead == "auto":
        return None if ahead is None else AUTO_AHEAD
    number = whole_number(str(ahead))
    if not 1 <= number <= MOST_AHEAD:
        raise UsageError(f"--ahead {ahead}: must be auto or a number from 1 to {MOST_AHEAD:,}")
    return number


def asked_order(order: str | None) -> TellOrder | None:
    """Return the order of telling that is asked for, None where it is left open; raises UsageError for any other."""
    if order is None or order == AUTO:
        return None
    if order not in set(TellOrder):
        raise unknown_name("--tell-order", order, [AUTO, *TellOrder])
    return TellOrder(order)
