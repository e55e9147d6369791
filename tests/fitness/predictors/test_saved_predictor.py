"""Catches: a model that a file names and that is imported for it, an error that does not name the file."""

from dataclasses import replace
from pathlib import Path

import pytest

from fitness.predictors.base import FittedState, Labelled
from fitness.predictors.ranker.predictor import RankerPredictor
from fitness.predictors.ridge import RidgePredictor
from fitness.predictors.saved_predictor import SavedPredictor, given_again, noted_options, with_options
from fitness.predictors.state_file import write_state
from spaces import SPACES
from tasks import UsageError
from tests.fitness.predictors.ranker.costed_cells import CostedCells
from tests.toy import ChainedBitStrings

SPACE = CostedCells()
NAMES = ("none", "skip_connect", "nor_conv_3x3")
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


def test_it_is_made_with_the_options_that_it_keeps(tmp_path: Path) -> None:
    space = SPACES.build("nasbench201", {})
    cells = [f"|{one}~0|+|none~0|{other}~1|+|none~0|none~1|{one}~2|" for one in NAMES for other in NAMES]
    rows = Labelled(tuple(cells), tuple(map(float, range(len(cells)))))
    ridge = RidgePredictor(reach=1, label="accuracy")
    state = ridge.fit(space, rows, 0)
    write_state(tmp_path / "a", with_options(state, {"reach": 1, "label": "accuracy"}))
    found = SavedPredictor.of(tmp_path / "a").restore(space).scores(rows.texts[:2])
    assert found.tolist() == ridge.restore(space, state).scores(rows.texts[:2]).tolist()
    for options, words in (
        ({"reach": 99}, "reach 99: must be at most 8"),
        ({"x": 1}, "unknown option"),
        (3, "no table"),
    ):
        write_state(tmp_path / "b", replace(state, notes={**state.notes, "options": options}))
        with pytest.raises(UsageError, match=f"b: .*{words}"):
            SavedPredictor.of(tmp_path / "b").restore(space)


def test_it_reads_as_far_as_what_was_fitted_and_takes_no_other_option_of_a_file(tmp_path: Path) -> None:
    space = ChainedBitStrings(length=6)
    rows = Labelled(tuple(f"{number:06b}" for number in range(12)), ROWS.labels)
    state = RidgePredictor(reach=3).fit(space, rows, 0)
    write_state(tmp_path / "a", state)
    expected = RidgePredictor(reach=3).restore(space, state).scores(rows.texts).tolist()
    assert SavedPredictor.of(tmp_path / "a").restore(space).scores(rows.texts).tolist() == expected
    more = {"reach": 3, "scores": "meco", "scores_file": "/etc/passwd"}
    write_state(tmp_path / "a", replace(state, notes={**state.notes, "options": more}))
    assert SavedPredictor.of(tmp_path / "a").restore(space).scores(rows.texts).tolist() == expected
    write_state(tmp_path / "a", replace(state, notes={**state.notes, "options": {"reach": 10**9}}))
    with pytest.raises(UsageError, match=rf"^{tmp_path}/a: predictor.reach"):
        SavedPredictor.of(tmp_path / "a").restore(space)


def test_what_has_to_be_given_again_is_what_its_file_leaves_out() -> None:
    options = {"scores_file": "s.csv", "reach": 1, "scores": "meco"}
    assert given_again(options) == {"scores": "meco", "scores_file": "s.csv"}
    assert given_again({"reach": 1, "scores": "", "scores_file": None}) == {}
    state = with_options(FittedState({}, {}), options)
    assert {**noted_options(Path("a"), state), **given_again(options)} == options


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
