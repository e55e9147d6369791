"""The text by which somebody names a predictor, such as ``ranker(size=small)``: read, made, and written out in full."""

from fitness.predictors.base import Predictor
from fitness.predictors.predictor_table import PREDICTORS
from tasks.foundation.plugin_texts import PluginText, parse_plugin

EXAMPLE = "'ranker(size=small)'"


def made_predictor(text: str, *, option: str) -> Predictor:
    """Return the predictor of a text; raises UsageError for one that is unknown or refuses its options.

    option: what the text was given to, for an error
    """
    named = _parsed(text, option)
    made: Predictor = PREDICTORS.build(named.name, named.given())
    return made


def settled_predictor(text: str, *, option: str) -> PluginText:
    """Return the predictor of a text with all of its options, defaults too, so that it means the same tomorrow.

    Raises UsageError for one that is unknown, and for an option that it does not have.
    """
    named = _parsed(text, option)
    options = PREDICTORS.resolve(named.name, named.given())
    return PluginText(named.name, {name: str(value) for name, value in options.items() if value is not None})


def _parsed(text: str, option: str) -> PluginText:
    return parse_plugin(text, option=option, example=EXAMPLE)
