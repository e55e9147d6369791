"""Catches: a correlation with something else than parameters, a cost of something else than scoring, a report that
fails a fitness for being dear or for following size."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from fitness import Score
from fitness.conformance import costs
from fitness.conformance.case import Case
from spaces import Complexity
from spaces.conformance.case import NotApplicable
from tests.toy import BitStrings, CountOnes


@pytest.mark.parametrize(("sign", "rho"), [(1, "1.00"), (-1, "-1.00"), (0, "nan")])
def test_scores_are_held_against_parameters(make_case: Callable[..., Case], sign: int, rho: str) -> None:
    def make() -> Any:
        return lambda width, context: Score(sign * width**2)  # wider networks have more parameters

    assert costs.size(make_case(make)) == f"Spearman's rho with parameters {rho}, 5 members"


def test_parameters_are_counted_not_multiply_adds(
    make_case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(costs, "count_complexity", lambda space, width, *shape: Complexity(params=-width, macs=width))
    assert "parameters -1.00, " in costs.size(make_case(lambda: lambda width, context: Score(width)))


def test_what_is_no_network_has_no_size(complaint: Callable[..., str]) -> None:
    assert "no networks" in complaint(costs.size, CountOnes, space=BitStrings(), kind=NotApplicable)


def test_seconds_and_memory_are_those_of_scoring(make_case: Callable[..., Case]) -> None:
    waits = iter((0.2, 0.0, 0.0, 0.05, 0.0))

    class Waits(CountOnes):
        def __call__(self, candidate: Any, context: Any) -> Score:
            self._sleep_s = next(waits)
            return super().__call__(candidate, context)

    said = costs.cost(make_case(Waits, space=BitStrings()))
    found = re.fullmatch(r"(\S+) s at the median, (\S+) s at worst, (\S+) s the first; peak memory (\d+) MiB", said)
    assert found is not None
    median, worst, first, peak_mib = map(float, found.groups())
    assert median < 0.2 <= worst == first
    assert 50 < peak_mib < 50_000
