"""What a request gets wrong and no plug-in has to be imported for: told at once, before any library is loaded."""

from collections.abc import Iterable
from pathlib import Path

from evo.constraints.constraint import checked_texts
from evo.constraints.size_options import size_options
from evo.engine.configuring import PANEL_FITNESS, REQUIRED, asked_order, check_ahead, missing
from evo.engine.plugins import DEFAULT_STRATEGY, SCORING, SUPERNET_OBJECTIVES, table_of
from evo.records.config import Limits
from evo.records.requests import NOWHERE, PluginLike, SearchRequest
from evo.records.search_objectives import parse_objectives
from evo.storage.locked_folder import LockedFolder
from evo.storage.run_folder import CONFIG, is_run, read_config
from tasks.foundation.errors import UsageError, unknown_name
from tasks.foundation.plugin_texts import parse_plugins
from tasks.foundation.plugins import PluginTable


def check_search(request: SearchRequest) -> None:
    """Raise UsageError for a limit, a folder or a name that no plug-in is needed to refuse."""
    check_limits(request.evaluations, request.max_minutes, request.trial_timeout, request.target)
    check_ahead(request.ahead)
    asked_order(request.tell_order)
    if request.objectives is not None:
        parse_objectives(request.objectives)
    check_scores("--references", request.references)
    checked_texts(request.constraints or ())
    size_options(request.constraint_size or {})
    if request.panel_size is not None:
        _check_panel_size(request.panel_size)
    if request.resume and request.run_dir is not None:
        read_config(request.run_dir)
    elif request.run_dir is not None:
        LockedFolder(request.run_dir).check_usable(CONFIG)
    new = not request.resume and (request.run_dir is None or not is_run(request.run_dir))
    fitness = PANEL_FITNESS if request.fitness is None and request.panel is not None else request.fitness
    for axis, given in zip(REQUIRED, (request.space, fitness), strict=True):
        if given is None and new:
            raise missing(axis, table_of(axis))
    check_plugins(request.space, fitness, DEFAULT_STRATEGY if request.strategy is None else request.strategy)


def check_limits(
    evaluations: int | None = None,
    max_minutes: float | None = None,
    trial_timeout: float | None = None,
    target: float | None = None,
) -> None:
    """Raise UsageError for a limit out of range; None is none."""
    Limits(Limits.evaluations if evaluations is None else evaluations, max_minutes, trial_timeout, target)


def check_scores(option: str, folder: Path | None) -> None:
    """Raise UsageError where a folder of scores is a file or lies in one; one that is only read is of use all the same.

    option: what it was given as; None and ``none`` are no folder
    """
    if folder in (None, Path(NOWHERE)):
        return
    files = [path for path in (folder, *folder.absolute().parents) if path.exists() and not path.is_dir()]
    if files:
        raise UsageError(f"{option} {folder}: {files[0]} is a file, not a folder; name another")


def check_plugins(space: PluginLike, fitness: PluginLike, strategy: PluginLike = None) -> None:
    """Raise UsageError for a name that is neither built in nor installed; what is no text, or ``module:attribute``, may
    be anything.

    fitness: may list several with commas between
    """
    _check_names(table_of("space"), space)
    _check_names(SCORING, fitness, beside=SUPERNET_OBJECTIVES.names())
    if isinstance(strategy, str) and strategy != DEFAULT_STRATEGY:
        _check_names(table_of("strategy"), strategy)


def _check_panel_size(size: int) -> None:
    from tasks.panel import FEWEST_MEMBERS

    if size < FEWEST_MEMBERS:
        raise UsageError(
            f"--panel-size {size}: must be at least {FEWEST_MEMBERS}; --set fitness.panel_size=0 takes all members"
        )


def _check_names(table: PluginTable, given: PluginLike, beside: Iterable[str] = ()) -> None:
    if not isinstance(given, str):
        return
    if not given.strip():
        raise unknown_name(table.kind, given, table.names())
    for text in parse_plugins(given, option=f"--{table.kind}", example=f'"{table.kind}(option=value)"'):
        if ":" not in text.name and text.name not in {*table.names(), *beside}:
            raise unknown_name(table.kind, text.name, table.names())
