"""Diagrams of candidates: of a space that a caller names, and of a run, whose folder is not trusted with an import."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from evo.drawing.space_of_run import NAMED_AGAIN, SPACE, space_of
from evo.engine.choices import check_same, choose
from evo.engine.plugins import NO_OBJECTS, table_of
from evo.engine.scored import text_of
from evo.records.config import SearchConfig
from evo.records.requests import PluginLike
from spaces import draw_candidate, draw_text, read_candidate
from tasks.foundation.errors import UsageError, bounded, first_line
from tasks.foundation.figure import Figure
from tasks.foundation.plugin_texts import NO_OPTIONS
from tasks.foundation.trust import trusting

if TYPE_CHECKING:
    from spaces import SearchSpace, Strengths

logger = logging.getLogger(__name__)


class RunDrawing(NamedTuple):
    """A drawing of a run's candidate, why it is its text alone (else empty), and the text, the space's own if known."""

    figure: Figure
    reason: str
    text: str


def draw(candidate: object, *, space: PluginLike, strengths: "Strengths | None" = None) -> Figure:
    """Return the diagram of a candidate, which a notebook shows and ``save("cell.svg")`` writes; as ``evo.draw`` does.

    candidate: one of the space's, its text or a published form of it, or a record of a run
    space: a name, ``name(option=value, ...)``, ``module:attribute``, a class, or an object; of one that says nothing
        of how its candidates look (``diagram``) the text is shown
    strengths: name of a cell -> (source, target) of an edge -> how strong it is, 0 to 1

    Raises UsageError for an unknown space, and for what is no candidate of it.
    """
    made = space_named(space)
    return draw_candidate(made, _read(made, text_of(candidate)), strengths=strengths)


def space_named(given: PluginLike) -> "SearchSpace[Any]":
    """Return the space that a caller means; raises UsageError."""
    table = table_of(SPACE)
    chosen = choose(table, given, NO_OPTIONS)
    made: Any = chosen.made
    space: SearchSpace[Any] = table.build(chosen.choice.name, chosen.choice.options) if made is None else made
    return space


def draw_in_run(
    path: Path,
    config: SearchConfig,
    text: str,
    *,
    space: PluginLike | None = None,
    objects: Mapping[str, object] = NO_OBJECTS,
    trust: bool = False,
    strengths: "Strengths | None" = None,
) -> RunDrawing:
    """Return the diagram of a candidate of a run, or its text where its space may not be made.

    space: the run's own, named again; objects: the caller's own plug-ins, by axis
    trust: whether the space may be imported although only the folder names it
    strengths: as of ``draw``; by default those of the supernet that derived the candidate

    Raises UsageError where another space is named, and for what is no candidate of the run's.
    """
    if space is not None:
        check_same(table_of(SPACE), config.space, space)
    given = objects if space is None else {**objects, SPACE: space}
    found = space_of(path, config, given=given, taken=NAMED_AGAIN, trust=trust)
    made = found.space
    if made is None:
        return RunDrawing(draw_text(text, found.why), found.why, text)
    candidate = _read(made, text)
    own = made.encode(candidate)
    if strengths is None:
        strengths = _strengths_in_run(path, config, made, own, trust=trust)
    return RunDrawing(draw_candidate(made, candidate, strengths=strengths), "", own)


def _strengths_in_run(
    path: Path, config: SearchConfig, space: "SearchSpace[Any]", text: str, *, trust: bool
) -> "Strengths | None":
    """Return how strong the edges are by the run's own supernet; None, and a line in the log, where it cannot say."""
    from evo.drawing.derived_strengths import strengths_in_run

    try:
        with trusting(trust):
            return strengths_in_run(path, config, space, text)
    except UsageError as error:
        logger.info("how strong edges are is left out: %s", error)
        return None


def _read(space: "SearchSpace[Any]", given: object) -> Any:
    """Return a candidate, also one that is given as a text; raises UsageError for one that is none of the space's."""
    try:
        candidate = read_candidate(space, given) if isinstance(given, str) else given
        space.encode(candidate)
    except Exception as error:  # the space may raise anything for what is no candidate of it
        shown = bounded(given if isinstance(given, str) else repr(given), 120)
        raise UsageError(f"candidate {shown!r}: {first_line(error)}") from error
    return candidate
