"""The members that score a reference, each ready to be an ordinary search of listed candidates."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evo.engine.listed_search import LOOK_AHEAD, listed
from evo.engine.plugins import Plugins, check_match, make
from evo.engine.reference_request import MOST_ASKED, checked_request
from evo.records.config import Choice, SearchConfig
from evo.records.tell_order import TellOrder
from evo.storage.plain_names import plain
from evo.storage.run_folder import REFERENCE
from fitness.reference import ReferenceMember, ReferenceRequest
from tasks.foundation.errors import UsageError
from tasks.foundation.ranges import check_range

CANDIDATES = "candidates.txt"
"""File of a reference's candidates, one per line."""
SHARED = ("space", "data")
"""Axes on which a member has what the run has."""


@dataclass(frozen=True)
class Scorer:
    """A member on its way: what to call it, the name of its folder, its configuration, and what this names.

    objects: the caller's own plug-ins, by axis
    """

    label: str
    folder: str
    config: SearchConfig
    plugins: Plugins
    objects: Mapping[str, object] = field(default_factory=dict)


def scorers_of(
    request: ReferenceRequest, run_dir: Path, config: SearchConfig, plugins: Plugins, objects: Mapping[str, object]
) -> list[Scorer]:
    """Return the members that a reference is asked of; raises UsageError for one that is refused.

    run_dir, config, plugins, objects: of the search that they score for
    """
    searched = replace(
        config,
        strategy=listed((run_dir / REFERENCE / CANDIDATES).absolute()),
        seed=request.seed,
        ahead=LOOK_AHEAD,
        tell_order=TellOrder.TRIAL,
        reuse=True,
        initial=(),
        objectives=(),
        constraints=(),  # its candidates are given
        constraint_size={},
        objects=tuple(axis for axis in config.objects if axis in SHARED),
    )
    shared = {axis: made for axis, made in objects.items() if axis in SHARED}
    folders = folders_of(request)
    return [_scorer(member, folders[member.label], searched, plugins, shared) for member in request.members]


def folders_of(request: ReferenceRequest) -> dict[str, str]:
    """Return the name of each member's folder, by its label."""
    return {member.label: f"{number:02d}-{plain(member.label)}" for number, member in enumerate(request.members)}


def made_in(request: ReferenceRequest | None) -> dict[str, object]:
    """Return the members of a request that are the caller's own objects, by their labels."""
    members = request.members if request else ()
    return {member.label: member.made for member in members if member.made is not None}


def check_reference(config: SearchConfig, plugins: Plugins, objects: Mapping[str, object]) -> ReferenceRequest | None:
    """Return what a search's fitness asks to be scored before, None for nothing; touches no file.

    Raises UsageError where that cannot be scored, or not what its members ask for in turn.
    """
    check_range("reference_size", config.reference_size, 0, MOST_ASKED)
    request = checked_request(plugins.fitness, plugins.space)
    if request is not None:
        for scorer in scorers_of(request, Path(), config, plugins, objects):
            check_reference(scorer.config, scorer.plugins, scorer.objects)
    return request


def _scorer(
    member: ReferenceMember, folder: str, config: SearchConfig, plugins: Plugins, objects: Mapping[str, object]
) -> Scorer:
    own: dict[str, Any] = {} if member.made is None else {"fitness": member.made}
    config = replace(config, fitness=Choice(member.name, dict(member.options)), objects=(*config.objects, *own))
    mine = {**objects, **own}
    try:
        fitness = make("fitness", config, mine, source=plugins.images)
        check_match(config, plugins.space, fitness)
    except UsageError as error:
        raise UsageError(f"{member.label}, by which the reference is to be scored: {error}") from error
    nested = checked_request(fitness, plugins.space) is not None
    size = config.reference_size if nested else 0
    return Scorer(member.label, folder, replace(config, reference_size=size), replace(plugins, fitness=fitness), mine)
