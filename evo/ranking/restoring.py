"""Reads a ranker from its file; what the file alone names is imported for nobody."""

from pathlib import Path

from evo.engine.choices import Chosen, choose, choose_like
from evo.engine.plugins import table_of
from evo.ranking.learnt import Learnt
from evo.ranking.parts import made_predictor, made_space
from evo.ranking.ranker_notes import read_notes
from evo.records.config import Choice
from evo.records.requests import PluginLike
from fitness.predictors.base import FittedState
from fitness.predictors.predictor_table import PREDICTORS
from fitness.predictors.saved_predictor import SavedPredictor
from fitness.predictors.state_file import read_state
from tasks.foundation.errors import UsageError
from tasks.foundation.plugins import PluginTable
from tasks.foundation.trust import check_name, check_options, trusting


def load_ranker(
    path: Path, *, space: PluginLike | None = None, predictor: PluginLike | None = None, trust: bool = False
) -> Learnt:
    """Return the ranker of a file, ready to predict.

    space, predictor: where the file does not say which, or names a module of somebody's own; options in their text go
    before those of the file
    trust: whether whatever the file names may be imported

    Raises UsageError for a file that is no ranker's, and where space or predictor are not those that it was fitted
    with.
    """
    state = read_state(path)
    notes = read_notes(path, state)
    with trusting(trust):
        chosen = _chosen(path, table_of("space"), notes.space, space)
        model = _chosen(path, PREDICTORS, notes.predictor or _built_in(path, state), predictor)
        made, fitting = made_space(chosen), made_predictor(model)
    try:
        fitted = fitting.restore(made, state)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error
    return Learnt(made, chosen.choice.name, model.choice.name, fitted, state, notes)


def _chosen(path: Path, table: PluginTable, stored: Choice | None, given: PluginLike | None) -> Chosen:
    if given is not None:
        return choose(table, given, {}) if stored is None else choose_like(table, stored, given, {})
    named = f"name it by --{table.kind}"
    if stored is None:
        raise UsageError(f"{path}: does not say which {table.kind} it is for, or one of the caller's own; {named}")
    check_name(table, stored.name, path, named)
    check_options(path, table.kind, stored.options, by_set=False)
    return choose(table, stored.name, stored.options)


def _built_in(path: Path, state: FittedState) -> Choice | None:
    """Return the built-in predictor of a state's model, None for any other."""
    try:
        return Choice(SavedPredictor.of_state(path, state).name)
    except UsageError:
        return None
