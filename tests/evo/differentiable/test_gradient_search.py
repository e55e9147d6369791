"""Catches: options that reach neither the training nor the variant, or both; epochs that forget stages."""

import pytest

from evo.differentiable.gradient_search import GradientSearch
from evo.differentiable.relaxations.darts import DartsRelaxation


def test_options_are_divided_between_the_training_and_the_variant() -> None:
    search = GradientSearch(relaxation="darts", epochs=3, drop_path=0.5)
    assert (search.settings.epochs, search.epochs, search.stages) == (3, 3, 1)
    assert isinstance(search.relaxation(), DartsRelaxation)
    with pytest.raises(ValueError, match=r"drop_path=1\.5"):
        GradientSearch(relaxation="darts", drop_path=1.5)


def test_all_stages_count() -> None:
    search = GradientSearch(relaxation="p_darts", epochs=4)
    assert (search.stages, search.epochs) == (3, 12)
