"""Catches: a candidate that is drawn twice, a larger sample that does not begin with a smaller one, a space with few
candidates that is drawn from without end, an identity that is not asked for."""

import numpy as np

from spaces import draw_distinct
from spaces.distinct import MOST_REPEATS
from tests.tiny import TinyNetworks


class Counting(TinyNetworks):
    """Says how often it was drawn from."""

    def __init__(self) -> None:
        self.draws = 0

    def sample(self, rng: np.random.Generator) -> int:
        self.draws += 1
        return super().sample(rng)


def test_no_two_are_alike_and_a_larger_sample_begins_with_a_smaller_one() -> None:
    small, large = (draw_distinct(TinyNetworks(), count, np.random.default_rng(3)) for count in (4, 7))
    assert len(set(large)) == 7
    assert large[:4] == small


def test_a_space_that_is_used_up_gives_what_it_has() -> None:
    space = Counting()
    assert sorted(draw_distinct(space, 20, np.random.default_rng(0))) == list(range(1, 10))
    assert MOST_REPEATS + 9 <= space.draws < MOST_REPEATS + 200


def test_what_counts_as_one_candidate_may_be_said() -> None:
    found = draw_distinct(TinyNetworks(), 5, np.random.default_rng(0), identity=lambda space, one: str(one % 3))
    assert sorted(one % 3 for one in found) == [0, 1, 2]
