"""Catches: options of a caller that a table or a run overrules, a label that the predictor is not told, a run's own
module that is imported unasked."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evo.correlation.labels import LabelledTable
from evo.ranking.label_source import LabelSource
from evo.ranking.parts import asked_predictor, asked_space, made_predictor, made_space
from evo.records.config import Choice
from spaces import SPACE_OPTIONS, TableInfo
from tasks.foundation.errors import UsageError
from tests.evo.ranking.ones import ONES, Ones
from tests.fitness.predictors.mean_predictor import Bare
from tests.runs import toy_config
from tests.toy import BitStrings

STATED = TableInfo(space="nasbench201", details={SPACE_OPTIONS: {"cells_per_stage": 1}})
FILE = LabelSource(LabelledTable("t", "m", [], np.zeros(0), stated=STATED), "m", Path("t.csv"))
RUN = replace(FILE, run=replace(toy_config(), space=Choice("nasbench201", {"cells_per_stage": 2, "affine": True})))


def test_a_table_states_options_that_the_caller_leaves_open() -> None:
    chosen, notes = asked_space("nasbench201", {}, FILE)
    assert (chosen.choice.options["cells_per_stage"], len(notes)) == (1, 1)
    assert asked_space("nasbench201", {"cells_per_stage": "3"}, FILE)[0].choice.options["cells_per_stage"] == 3


def test_a_run_has_its_own_space_and_the_caller_the_last_word() -> None:
    for space in (None, "nasbench201"):
        options = asked_space(space, {"cells_per_stage": "3"}, RUN)[0].choice.options
        assert (options["cells_per_stage"], options["affine"]) == (3, True)
    assert asked_space(None, {}, RUN)[0].choice.options["cells_per_stage"] == 2


def test_a_module_that_a_run_alone_names_is_not_imported() -> None:
    own = replace(FILE, run=replace(toy_config(), space=Choice("hostile:Space")))
    with pytest.raises(UsageError, match=r"'hostile:Space' is neither built in.*name it again \(--space\)"):
        asked_space(None, {}, own)
    assert isinstance(made_space(asked_space(BitStrings(length=3), {}, own)[0]), BitStrings)


def test_a_predictor_is_told_what_its_labels_are() -> None:
    for given in (ONES, Ones, f"{ONES}(boost=2)"):
        assert vars(made_predictor(asked_predictor(given, {}, "acc")))["label"] == "acc"
    assert asked_predictor("trees(trees=3)", {"depth": "2"}, "acc").choice.options["depth"] == 2
    assert made_predictor(asked_predictor(Ones(label="x"), {}, "acc")).label == "x"
    assert made_predictor(asked_predictor(Bare, {}, "acc")).label == ""


@pytest.mark.parametrize(("given", "options"), [(f"{ONES}(label=loss)", {}), (ONES, {"label": "loss"})])
def test_a_label_that_is_given_beside_that_of_the_rows_is_refused(given: str, options: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=r"predictor\.label is 'loss' .* 'acc' beside it"):
        asked_predictor(given, options, "acc")
