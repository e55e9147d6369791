"""Catches: an option that is lost or left at tomorrow's default, text that is no predictor and is taken for one."""

import pytest

from fitness.predictors.predictor_texts import made_predictor, settled_predictor
from fitness.predictors.ridge import RidgePredictor
from tasks import UsageError


def test_a_text_names_a_predictor_with_its_options() -> None:
    made = made_predictor("ridge(reach=3)", option="--x")
    assert isinstance(made, RidgePredictor)
    assert made.reach == 3


def test_all_options_are_written_out_and_mean_the_same() -> None:
    settled = settled_predictor("trees(trees=7)", option="--x")
    assert settled.name == "trees"
    assert settled.options["trees"] == "7"
    assert len(settled.options) > 1
    assert settled_predictor(settled.quoted(), option="--x") == settled


@pytest.mark.parametrize("text", ["ridge(", "nothing_like_it", "ridge(x=1)"])
def test_what_is_no_predictor_is_refused(text: str) -> None:
    for read in (made_predictor, settled_predictor):
        with pytest.raises(UsageError) as refused:
            read(text, option="--x")
        assert "--x" in str(refused.value) or "predictor" in str(refused.value)
