"""Catches: a generator of the process that is not looked at, or that stays seeded."""

import random

import numpy as np
import pytest
import torch

from tasks.conformance.global_states import global_states, seeded_globally

DRAWS = {"random": random.random, "numpy.random": np.random.random, "torch": lambda: torch.rand(1)}


@pytest.mark.parametrize("name", DRAWS)
def test_a_draw_moves_its_generator_alone(name: str) -> None:
    before = global_states()
    assert global_states() == before
    DRAWS[name]()
    assert [each for each, state in global_states().items() if state != before[each]] == [name]


def test_all_are_seeded_inside_and_as_they_were_afterwards() -> None:
    def drawn(seed: int) -> list[float]:
        with seeded_globally(seed):
            return [float(draw()) for draw in DRAWS.values()]

    before = global_states()
    first, again, other = drawn(1), drawn(1), drawn(2)
    assert first == again
    assert all(one != two for one, two in zip(first, other, strict=True))
    with pytest.raises(KeyError), seeded_globally(1):
        raise KeyError
    assert global_states() == before
