"""Catches: a sample larger than a search can afford, or than was asked for; a request that nobody can meet."""

from dataclasses import replace
from typing import Any

import pytest

from evo.engine.reference_request import checked_request, settled_size
from fitness.reference import ReferenceMember, ReferenceRequest
from tasks.foundation.errors import UsageError
from tests.tiny_reference import Standardised
from tests.toy import BitStrings, CountOnes

REQUEST = ReferenceRequest((ReferenceMember("a", "synflow"),))


@pytest.mark.parametrize(
    ("evaluations", "size"),
    [(1, 64), (450, 64), (1279, 64), (1280, 128), (2559, 128), (2560, 256), (1_000_000, 256)],
)
def test_the_size_is_the_largest_power_of_two_that_costs_a_tenth(evaluations: int, size: int) -> None:
    assert settled_size(REQUEST, evaluations) == size
    assert settled_size(replace(REQUEST, size=5), evaluations) == 5
    assert settled_size(None, evaluations) == 0


class Asks(Standardised):
    """A fitness that asks for whatever it is told to."""

    def __init__(self, request: Any) -> None:
        self.request = request

    def reference_request(self, space: Any) -> Any:
        return self.request


def test_what_can_be_met_is_passed_on() -> None:
    assert checked_request(Asks(None), BitStrings()) is None
    asked = replace(REQUEST, given=("0" * 10,), size=1_000_000)
    assert checked_request(Asks(asked), BitStrings()) == asked


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (CountOnes(), "a ReferenceRequest or None is needed"),
        (ReferenceRequest(()), r"by \[\]: at least one"),
        (ReferenceRequest(REQUEST.members * 2), r"by \[a, a\]: at least one"),
        (replace(REQUEST, size=-1), "size of the reference -1: must be at least 0"),
        (replace(REQUEST, size=1_000_001), "must be at most 1,000,000"),
        (replace(REQUEST, given=("2" * 10,)), "which is no candidate of the space"),
    ],
)
def test_what_cannot_be_met_is_one_line(request_: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        checked_request(Asks(request_), BitStrings())
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500
