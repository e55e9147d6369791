"""Catches: a number that nobody can wait for, NaN, a refusal as long as the number."""

import pytest

from tasks.foundation.errors import UsageError
from tasks.foundation.ranges import check_range


@pytest.mark.parametrize("given", [1, 5, 1_000, 2.5])
def test_what_is_in_range_passes(given: float) -> None:
    check_range("--x", given, 1, 1_000)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (0, "--x 0: must be at least 1"),
        (1_001, "--x 1001: must be at most 1,000"),
        (1e-300, "--x 1e-300: must be at least 1"),
        (float("nan"), "--x nan: must be at least 1"),
        (float("inf"), "--x inf: must be at most 1,000"),
    ],
)
def test_what_is_out_of_range_is_told_with_its_limit(given: float, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_range("--x", given, 1, 1_000)
    assert str(caught.value) == words


def test_a_number_without_end_is_cut() -> None:
    with pytest.raises(UsageError) as caught:
        check_range("--x", 10**4_000, 1, 1_000)
    assert len(str(caught.value)) < 80
