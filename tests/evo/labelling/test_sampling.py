"""Catches: an architecture that is in a panel twice, also under another text, a larger sample that is not a longer one,
a search without end in a space that is used up."""

import pytest

from evo.labelling.sampling import sample_distinct
from spaces import SPACES
from tasks.foundation.errors import UsageError
from tests.tiny import TinyNetworks
from tests.toy import BitStrings, CountedBitStrings, MirroredBitStrings


def test_a_larger_sample_begins_with_the_smaller() -> None:
    space = BitStrings()
    many = sample_distinct(space, 40, seed=0)
    assert len(set(many)) == 40
    assert sample_distinct(space, 7, seed=0) == many[:7]
    assert sample_distinct(space, 40, seed=1) != many


def test_all_that_there_are_can_be_had_and_no_more() -> None:
    assert sorted(sample_distinct(TinyNetworks(), 9, seed=0)) == list("123456789")
    with pytest.raises(UsageError, match="--count 10: only 9 different architectures"):
        sample_distinct(TinyNetworks(), 10, seed=0)


def test_two_texts_of_one_candidate_are_one() -> None:
    space = MirroredBitStrings(length=4)
    texts = sample_distinct(space, 10, seed=0)
    assert len({space.key(space.decode(text)) for text in texts}) == 10
    with pytest.raises(UsageError, match="only 10 "):
        sample_distinct(space, 11, seed=0)


def test_two_candidates_of_one_expression_are_one() -> None:
    assert sorted(text.count("1") for text in sample_distinct(CountedBitStrings(length=3), 4, seed=0)) == [0, 1, 2, 3]
    space = SPACES.build("nasbench201", {})
    classes = {space.functional_key(space.decode(text)) for text in sample_distinct(space, 200, seed=0)}
    assert len(classes) == 200
