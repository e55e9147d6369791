"""The space and the predictor of a ranker: what a caller means by them, and the objects that these are."""

from collections.abc import Mapping
from typing import Any

from evo.correlation.stated_space import space_as_stated
from evo.engine.choices import Chosen, choose, choose_like
from evo.engine.plugins import table_of
from evo.engine.trust import check_trusted, named_again
from evo.ranking.label_source import LabelSource
from evo.records.requests import PluginLike
from fitness.predictors.base import Predictor
from fitness.predictors.predictor_table import PREDICTORS
from spaces import SearchSpace
from tasks.foundation.plugin_texts import joined
from tasks.foundation.plugins import option_parameters

LABEL = "label"
"""The option of a predictor that says what its labels are."""
Options = Mapping[str, object]


def asked_space(space: PluginLike | None, options: Options, source: LabelSource) -> tuple[Chosen, tuple[str, ...]]:
    """Return the space of labelled candidates, and what to say of its options.

    What a table states of its space, and all that a run says of its own, holds where the caller says nothing else.

    space: None for that of the run; raises UsageError where the run's is somebody's own that the caller does not name
    """
    if source.run is None:
        return space_as_stated(space, options, source.rows.stated, stated_by=source.path)
    named = named_again({"space": space}, {"space": options})
    check_trusted(source.path, source.run, named, axes=frozenset({"space"}))
    stored = source.run.space
    return choose_like(table_of("space"), stored, stored.name if space is None else space, options), ()


def asked_predictor(predictor: PluginLike, options: Options, label: str) -> Chosen:
    """Return the predictor of such labels; raises UsageError for a wrong option, or for another label than these.

    options: beside those in the predictor's text
    """
    given = dict(options)
    if isinstance(predictor, str) and LABEL in _options_of(predictor):
        given = joined("predictor", given, {LABEL: label})
    elif isinstance(predictor, type) and LABEL in option_parameters(predictor):
        given[LABEL] = label
    return choose(PREDICTORS, predictor, given)


def made_space(chosen: Chosen) -> SearchSpace[Any]:
    """Return the space that is meant; raises UsageError where it refuses its options."""
    found: SearchSpace[Any] = _made(table_of("space"), chosen)
    return found


def made_predictor(chosen: Chosen) -> Predictor:
    """Return the predictor that is meant; raises UsageError where it refuses its options."""
    found: Predictor = _made(PREDICTORS, chosen)
    return found


def _made(table: Any, chosen: Chosen) -> Any:
    if chosen.made is not None:
        return table.accept(chosen.made, chosen.choice.name)
    return table.build(chosen.choice.name, chosen.choice.options)


def _options_of(predictor: str) -> Mapping[str, object]:
    name = predictor.partition("(")[0].strip()
    return option_parameters(PREDICTORS.load(name))
