"""Catches: an input that would fail deep inside a network, or build one whose stages disagree with its description."""

import pytest

from spaces import InputSpec
from spaces.build_arguments import check_build_arguments, check_size


@pytest.mark.parametrize(("channels", "size", "num_outputs"), [(3, 32, 10), (1, 4, 1), (4, 224, 1000)])
def test_inputs_that_can_be_halved_are_accepted(channels: int, size: int, num_outputs: int) -> None:
    check_build_arguments(InputSpec(channels, size), num_outputs, coarsest=4)


@pytest.mark.parametrize(
    ("channels", "size", "num_outputs", "message"),
    [
        (3, 30, 10, "input size 30 is not a positive multiple of 4, as the stages need; take 28 or 32"),
        (3, 2, 10, "input size 2 "),
        (3, 0, 10, "input size 0 "),
        (3, -4, 10, "input size -4 "),
        (0, 32, 10, "0 channels"),
        (3, 32, 0, "num_outputs is 0"),
    ],
)
def test_anything_else_is_refused_with_its_value(channels: int, size: int, num_outputs: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_build_arguments(InputSpec(channels, size), num_outputs, coarsest=4)


@pytest.mark.parametrize(("value", "words"), [(1, "width is 1; at least 2"), (9, "width is 9; at most 8")])
def test_a_size_out_of_bounds_is_refused(value: int, words: str) -> None:
    check_size("width", 2, least=2, most=8)
    check_size("width", 8, least=2, most=8)
    with pytest.raises(ValueError, match=words):
        check_size("width", value, least=2, most=8)
