"""Catches: NASLib's six numbers read in another order of edges or operations; another list that ends in more than a
line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces import SPACES, read_candidate
from spaces.nasbench201.published import COMPACT_OPERATIONS, read_published

# Numbers of skip, none, conv 3, conv 1, avg on the edges 1-2, 1-3, 1-4, 2-3, 2-4, 3-4, written out by hand.
TEXT = "|skip_connect~0|+|none~0|nor_conv_1x1~1|+|nor_conv_3x3~0|avg_pool_3x3~1|skip_connect~2|"
NUMBERS = (0, 1, 2, 3, 4, 0)


@pytest.mark.parametrize("text", [str(NUMBERS), str(list(NUMBERS)), f" {NUMBERS} "])
def test_six_numbers_are_the_cell_of_the_benchmarks_text(text: str) -> None:
    space = SPACES.build("nasbench201", {})
    assert space.encode(read_candidate(space, text)) == TEXT
    assert space.to_published(read_candidate(space, text)) == TEXT


@settings(max_examples=40)
@given(numbers=st.lists(st.integers(0, 4), min_size=6, max_size=6))
def test_each_number_is_the_operation_of_one_edge(numbers: list[int]) -> None:
    cell = read_published(str(numbers))
    assert cell is not None
    assert sorted(cell.operations) == sorted(COMPACT_OPERATIONS[number] for number in numbers)


def test_a_text_of_no_list_is_none() -> None:
    assert read_published(TEXT) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "no list of 6 numbers"),
        ("{}", "no list of 6 numbers"),
        ("[1, 2, 3, 4, 0]", "no list of 6 numbers"),
        ("[1, 2, 3, 4, 0, 5]", "operation 5 is none of 0 skip_connect, 1 none, 2 nor_conv_3x3"),
        ("[1, 2, 3, 4, 0, True]", "operation True"),
        ("[1, 2, 3, 4, 0, '1']", "operation '1'"),
        ("[[[[[[", "neither JSON nor a Python literal"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        read_published(text)
    assert len(str(refused.value).splitlines()) == 1
