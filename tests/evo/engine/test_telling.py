"""Catches: a number of another type that is kept as it is, a text taken for one, an error that cannot be written."""

import math

import numpy as np
import pytest

from evo.engine.telling import error_words, not_finite, told_number, told_numbers
from tasks.foundation.errors import UsageError


def test_numbers_become_plain_ones() -> None:
    found = told_numbers({"a": 1, "b": np.float32(0.5)})  # type: ignore[dict-item]  # numbers of any kind
    assert found == {"a": 1.0, "b": 0.5}
    assert {type(value) for value in found.values()} == {float}
    assert told_numbers(None) == {}


@pytest.mark.parametrize("given", ["1", True, None, [1.0]])
def test_what_is_no_number_is_refused_by_its_name(given: object) -> None:
    with pytest.raises(UsageError, match=r"metrics\['a'\]=.*: a number is needed"):
        told_numbers({"a": given})  # type: ignore[dict-item]
    with pytest.raises(UsageError, match=r"fitness=.*: a number is needed"):
        told_number("fitness", given)


def test_metrics_without_names_and_numbers_that_are_too_large_are_refused() -> None:
    with pytest.raises(UsageError, match="numbers by their names are needed"):
        told_numbers([1.0])  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="fitness: is a number too large for 64 bits"):
        told_number("fitness", 10**400)


def test_a_fitness_that_is_not_finite_is_a_failure_in_words() -> None:
    assert (not_finite(None), not_finite(1.0)) == (None, None)
    assert not_finite(math.nan) == "the fitness is not finite (nan)"


def test_errors_are_told_in_words_that_can_be_written() -> None:
    assert error_words(ValueError("no")) == "ValueError: no"
    assert error_words("out of disk \udcff") == "out of disk \\udcff"
