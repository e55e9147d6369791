"""Catches: a correlation with something else than parameters, a cost of something else than scoring, a report that
fails a fitness for being dear or for following size."""

from collections.abc import Callable
from typing import Any

import pytest

from fitness import Score
from fitness.conformance import costs
from fitness.conformance.attempt import Attempt
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
    case = make_case(CountOnes, space=BitStrings())
    seconds = (2.0, 0.5, 0.1, 0.2, 3.0)
    case.__dict__["attempts"] = [Attempt(1.0, "1.0", seconds=each) for each in seconds]
    said, _, peak_mib = costs.cost(case).removesuffix(" MiB").rpartition(" ")
    assert said == "0.5 s at the median, 3 s at worst, 2 s the first; peak memory"
    assert 50 < int(peak_mib) < 50_000
