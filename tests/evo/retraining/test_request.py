"""Catches: first weights that are trained in another order, or not at all."""

from pathlib import Path

import pytest

from evo.retraining.request import TrainRequest


@pytest.mark.parametrize(
    ("init", "inits"), [("random", ("random",)), ("inherited", ("inherited",)), ("both", ("inherited", "random"))]
)
def test_both_first_weights_are_two_trainings(init: str, inits: tuple[str, ...]) -> None:
    assert TrainRequest(run=Path("x"), init=init).inits == inits
