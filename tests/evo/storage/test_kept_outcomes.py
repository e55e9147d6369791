"""Catches: an outcome that is another trial's, a metric that moves to the neighbour's, a none that becomes a number,
and a row kept whose words would be lost."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from evo.records.trial import Outcome, Status
from evo.storage.kept_outcomes import KeptOutcomes, logged_outcome

numbers = st.floats(allow_nan=False)
counts = st.none() | st.integers(0, 2**62)
outcomes = st.builds(
    Outcome,
    status=st.sampled_from(Status),
    fitness=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    metrics=st.dictionaries(st.sampled_from(["loss", "rank", "x", "y"]), numbers),
    params=counts,
    macs=counts,
)


@given(st.dictionaries(st.integers(0, 300), outcomes))
def test_every_trial_keeps_its_own_outcome_in_any_order(by_trial: dict[int, Outcome]) -> None:
    kept = KeptOutcomes()
    for trial_id, outcome in by_trial.items():
        kept.keep(trial_id, outcome)
    for trial_id in range(302):
        assert kept.get(trial_id) == by_trial.get(trial_id)


def test_metrics_come_back_in_their_order() -> None:
    kept = KeptOutcomes()
    kept.keep(0, Outcome(Status.COMPLETED, fitness=1.0, metrics={"b": 2.0, "a": 3.0}))
    kept.keep(1, Outcome(Status.COMPLETED, fitness=2.0, metrics={"a": 4.0, "b": 5.0}))
    assert [list((kept.get(trial) or Outcome(Status.LOST)).metrics.items()) for trial in (0, 1)] == [
        [("b", 2.0), ("a", 3.0)],
        [("a", 4.0), ("b", 5.0)],
    ]


def row(trial_id: int, **other: Any) -> dict[str, Any]:
    plain = {"status": "completed", "fitness": 0.5, "metrics": [("m", 1.0)], "params": 7, "macs": None}
    return {"trial_id": trial_id, "reused": False, "error": None, **plain, **other}


def test_of_logged_rows_those_are_kept_that_scored_without_an_error() -> None:
    kept = KeptOutcomes()
    kept.keep_rows([row(0), row(1, reused=True), row(2, error="boom", status="failed"), row(3, status="dreamt")])
    assert kept.get(0) == logged_outcome(row(0)) == Outcome(Status.COMPLETED, 0.5, {"m": 1.0}, params=7)
    assert [kept.get(trial) for trial in (1, 2, 3)] == [None, None, None]
