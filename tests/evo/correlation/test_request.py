"""Catches: a default of a request that is not the one which the documentation names."""

from pathlib import Path

from evo.correlation.request import HALVES, WITHOUT_SCORE, CorrelationRequest


def test_what_is_not_said_is_all_rows_with_failures_last() -> None:
    asked = CorrelationRequest(space="s", fitness="f", table=Path("t.csv"), metric="m")
    assert (asked.rows, asked.sample, asked.failed, asked.seed) == (None, None, "worst", 0)
    assert (HALVES, WITHOUT_SCORE) == (("A", "B"), ("worst", "drop"))
