"""Catches: a model that a file names and that is imported for it, an error that does not name the file."""

from dataclasses import replace
from pathlib import Path

import pytest

from fitness.predictors.base import FittedState, Labelled
from fitness.predictors.ranker.predictor import RankerPredictor
from fitness.predictors.saved_predictor import SavedPredictor
from fitness.predictors.state_file import write_state
from tasks import UsageError
from tests.fitness.predictors.ranker.costed_cells import CostedCells

SPACE = CostedCells()
ROWS = Labelled(tuple(map(str, range(12))), tuple(map(float, range(12))))


@pytest.fixture(scope="module")
def state() -> FittedState:
    return RankerPredictor(epochs=1, label="accuracy").fit(SPACE, ROWS, 0)


def test_it_predicts_as_what_was_fitted(state: FittedState, tmp_path: Path) -> None:
    write_state(tmp_path / "a", state)
    saved = SavedPredictor.of(tmp_path / "a")
    assert saved.name == "ranker"
    expected = RankerPredictor().restore(SPACE, state).scores(ROWS.texts).tolist()
    assert saved.restore(SPACE).scores(ROWS.texts).tolist() == expected
    with pytest.raises(UsageError, match=f"^{tmp_path}/a: this predictor learnt labels 'accuracy', and 'loss'"):
        saved.restore(SPACE, "loss")


@pytest.mark.parametrize("model", ["hostile:Model", "os:system", None, 3, "x" * 1000])
def test_a_model_that_is_not_built_in_is_refused(state: FittedState, tmp_path: Path, model: object) -> None:
    origin = {**state.notes["origin"], "model": model}
    (tmp_path / "hostile.py").write_text("raise SystemExit('imported')")
    write_state(tmp_path / "a", replace(state, notes={**state.notes, "origin": origin}))
    with pytest.raises(UsageError, match=r"a: is of model .*, which is no predictor that is built in \(ranker") as told:
        SavedPredictor.of(tmp_path / "a")
    assert len(str(told.value)) < 500


def test_a_file_without_an_origin_is_refused(tmp_path: Path) -> None:
    write_state(tmp_path / "a", FittedState({}, {}))
    with pytest.raises(UsageError, match="is of model None"):
        SavedPredictor.of(tmp_path / "a")
