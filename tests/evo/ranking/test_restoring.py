"""Catches: a ranker that predicts otherwise once it was in a file, options of a predictor that are lost in it."""

from pathlib import Path
from typing import Any

import pytest

from evo.ranking.restoring import load_ranker
from fitness.predictors.base import Labelled
from fitness.predictors.state_file import write_state
from tasks.foundation.errors import UsageError
from tests.evo.ranking.ones import ONES, SPACE, TEXTS, TIERED, Ones, TieredOnes, ranker
from tests.toy import BitStrings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return ranker(tmp_path / "t.csv").save(tmp_path / "r.safetensors")


def test_it_predicts_as_before_whoever_names_it(file: Path) -> None:
    expected = [text.count("1") for text in TEXTS]
    ways: list[dict[str, Any]] = [
        {"trust": True},
        {"space": SPACE, "predictor": TIERED},
        {"space": BitStrings(), "predictor": TieredOnes},
        {"space": BitStrings, "predictor": TieredOnes()},
    ]
    for given in ways:
        learnt = load_ranker(file, **given)
        assert learnt.fitted.scores(TEXTS).tolist() == expected
        assert learnt.notes.members == 12
        assert learnt.took is None


def test_options_in_a_text_go_before_those_of_the_file(file: Path) -> None:
    assert load_ranker(file, space=f"{SPACE}(length=10)", predictor=f"{TIERED}(boost=2)").predictor == TIERED
    with pytest.raises(UsageError, match="length=0: must be at least 1"):
        load_ranker(file, space=f"{SPACE}(length=0)", predictor=TIERED)
    with pytest.raises(UsageError, match=r"r\.safetensors: .* learnt labels 'ones', and 'loss' is asked for"):
        load_ranker(file, space=SPACE, predictor=f"{TIERED}(label=loss)")


def test_a_fit_of_a_search_needs_a_space_and_is_of_a_built_in_predictor(tmp_path: Path) -> None:
    state = Ones(label="x").fit(BitStrings(), Labelled(tuple(TEXTS[:9]), tuple(map(float, range(9)))), 0)
    write_state(tmp_path / "fit", state)
    with pytest.raises(UsageError, match=r"does not say which space it is for.*--space"):
        load_ranker(tmp_path / "fit")
    with pytest.raises(UsageError, match=r"does not say which predictor it is for.*--predictor"):
        load_ranker(tmp_path / "fit", space=SPACE)
    learnt = load_ranker(tmp_path / "fit", space=SPACE, predictor=ONES)
    assert (learnt.notes.label, learnt.notes.source) == ("x", "rows that it does not name")
    assert learnt.knows(TEXTS) is None
