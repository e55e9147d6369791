"""Catches: labels whose scale has a say, scores that are not learnt from or not where they are missing, options of
scores that do not go together, a state that is damaged or read otherwise than it was learnt."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fitness.predictors.base import FittedState, Labelled
from fitness.predictors.featured import normal_scores
from fitness.predictors.predictor_table import PREDICTORS
from fitness.predictors.ridge import RidgePredictor
from tasks import UsageError
from tests.toy import ChainedBitStrings

SPACE = ChainedBitStrings(length=6)
TEXTS = tuple(f"{number:06b}" for number in range(0, 64, 3))
HIDDEN = [float(number * 7 % 22) for number in range(len(TEXTS))]
"""Labels that no word tells."""
ROWS = Labelled(TEXTS, tuple(HIDDEN))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Scores that tell the labels, of all candidates but the last."""
    rows = [f"{text},{label}" for text, label in zip(TEXTS[:-1], HIDDEN, strict=False)]
    (tmp_path / "scores.csv").write_text("\n".join(["candidate,meco", *rows]))
    return tmp_path / "scores.csv"


def test_normal_scores_are_quantiles_of_mid_ranks() -> None:
    # ranks 1, 2.5, 2.5, 4 of 4: at .2, .5, .5 and .8 of the normal distribution
    assert normal_scores(np.array([0.0, 5.0, 5.0, 9e9])) == pytest.approx([-0.841621, 0, 0, 0.841621], abs=1e-6)


def test_only_the_order_of_labels_has_a_say() -> None:
    one, other = (RidgePredictor().fit(SPACE, rows, 0) for rows in (ROWS, _shifted()))
    assert one.arrays["weights"].tolist() == other.arrays["weights"].tolist()


def _shifted() -> Labelled:
    return replace(ROWS, labels=tuple(np.exp(label) for label in HIDDEN))


def test_scores_are_learnt_from_and_one_that_is_missing_is_the_mean(file: Path) -> None:
    predictor = RidgePredictor(scores="meco", scores_file=file)
    state = predictor.fit(SPACE, ROWS, 0)
    found = predictor.restore(SPACE, state).scores(TEXTS)
    assert np.corrcoef(found, HIDDEN)[0, 1] > 0.9
    blind = RidgePredictor().restore(SPACE, RidgePredictor().fit(SPACE, ROWS, 0)).scores(TEXTS)
    assert np.corrcoef(blind, HIDDEN)[0, 1] < 0.7
    missing = file.read_text().splitlines()
    file.write_text("\n".join([*missing, f"{TEXTS[-1]},{np.expm1(state.arrays['feature_centres'][-1])}"]))
    assert predictor.restore(SPACE, state).scores(TEXTS[-1:]) == pytest.approx(found[-1:])


def test_what_scores_cost_is_told(file: Path) -> None:
    assert np.isnan(RidgePredictor(scores="meco", scores_file=file).score_seconds())
    rows = ["candidate,meco,meco seconds,snip,snip seconds", "000000,1,2,1,4", "000001,1,4,1,4"]
    file.write_text("\n".join(rows))
    assert RidgePredictor(scores="meco,snip", scores_file=file).score_seconds() == 3 + 4
    file.write_text(file.read_text().replace("snip seconds", "else"))
    assert np.isnan(RidgePredictor(scores="meco,snip", scores_file=file).score_seconds())
    assert RidgePredictor().score_seconds() == 0


def test_scores_that_changed_since_are_noticed(file: Path) -> None:
    predictor = RidgePredictor(scores="meco", scores_file=file)
    state = predictor.fit(SPACE, ROWS, 0)
    file.write_text(file.read_text().replace(f"{TEXTS[1]},7.0", f"{TEXTS[1]},8.0"))
    with pytest.raises(UsageError, match="with other options"):
        predictor.restore(SPACE, state)


def test_a_state_whose_scores_are_not_given_says_how_to_give_them(file: Path) -> None:
    state = RidgePredictor(scores="meco", scores_file=file).fit(SPACE, ROWS, 0)
    with pytest.raises(UsageError, match=r"""--predictor 'PREDICTOR\(scores="meco",scores_file=FILE\)', and the"""):
        RidgePredictor().restore(SPACE, state)
    hostile = replace(state, notes={**state.notes, "options": {"scores": "a\nb" * 200}})
    with pytest.raises(UsageError) as caught:
        RidgePredictor().restore(SPACE, hostile)
    assert ("\n" in str(caught.value), len(str(caught.value)) < 500) == (False, True)
    for options in ({}, {"scores": 3}, 3):
        with pytest.raises(UsageError, match="read of candidates; give those, or fit one anew"):
            RidgePredictor().restore(SPACE, replace(state, notes={**state.notes, "options": options}))


def test_scores_go_with_a_file(file: Path) -> None:
    for options in ({"scores": "meco"}, {"scores_file": file}):
        with pytest.raises(UsageError, match="give both or neither"):
            RidgePredictor(**options)


def test_a_file_that_lacks_scores_is_refused_before_a_fit(file: Path) -> None:
    for missing in (file.with_name("nothing.csv"), file):
        with pytest.raises(UsageError, match=re.escape(str(missing))):
            RidgePredictor(scores="snip", scores_file=missing)


def test_the_file_is_named_by_its_full_path(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.chdir(file.parent)
    options = PREDICTORS.resolve("ridge", {"scores": "meco", "scores_file": "scores.csv"})
    assert options["scores_file"] == str(file)
    assert PREDICTORS.resolve("ridge", {})["scores_file"] is None
    made = PREDICTORS.build("ridge", options)
    assert (
        made.fit(SPACE, ROWS, 0).arrays["feature_scales"].shape[0]
        == len(made.fit(SPACE, ROWS, 0).notes["features"]) + 1
    )


def test_words_that_are_read_otherwise_are_noticed() -> None:
    state = RidgePredictor(reach=1).fit(SPACE, ROWS, 0)
    with pytest.raises(UsageError, match="with other options"):
        RidgePredictor(reach=2).restore(SPACE, state)


def test_a_damaged_state_is_refused_in_one_line() -> None:
    state = RidgePredictor().fit(SPACE, ROWS, 0)
    names = state.notes["features"]
    damaged = [
        FittedState({}, state.notes),
        FittedState({**state.arrays, "weights": state.arrays["weights"][1:]}, state.notes),
        FittedState(state.arrays, {**state.notes, "features": None}),
        FittedState(state.arrays, {**state.notes, "features": [*names, *names]}),
        FittedState(state.arrays, {"origin": state.notes["origin"]}),
        FittedState(state.arrays, {**state.notes, "features": names[:-1]}),  # a column that is no score
        FittedState({**state.arrays, "weights": state.arrays["weights"] + 1e308}, state.notes),
        FittedState({**state.arrays, "weights": state.arrays["weights"].astype(int)}, state.notes),
        FittedState({**state.arrays, "feature_scales": state.arrays["feature_scales"] > 0}, state.notes),
    ]
    for each in damaged:
        with pytest.raises(UsageError, match=r"^the state of this predictor is damaged \(.*\); fit it anew$"):
            RidgePredictor().restore(SPACE, each)
