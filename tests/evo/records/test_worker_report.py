"""Catches: a report that says what a worker did not say."""

from evo.records.trial import Outcome, Status
from evo.records.worker_report import WorkerReport


def test_what_a_worker_holds_is_unknown_unless_it_says_so() -> None:
    assert WorkerReport(Outcome(Status.FAILED)).resident_bytes is None
