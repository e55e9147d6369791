"""Catches: a choice that is not the best so far, the later of two equals, a reference that costs nothing, a trial
without a score that is chosen, seconds of one seed added to another's, a moment that is over only later."""

from pathlib import Path

import numpy as np
import pytest

from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.epoch_log import EpochLog
from evo.storage.run_log import RunLog
from spaces.tables.table import CandidateTable
from tests.benchmarks.accuracy_curves import Curve, evolution_curve, spent_seconds, supernet_curves

GIB = 2**30


@pytest.fixture
def table(tmp_path: Path) -> CandidateTable:
    path = tmp_path / "table.csv"
    path.write_text("candidate,first,second\na,90,70\nb,80,60\nc,95,75\n")
    return CandidateTable(path, ["first", "second"])


def log(folder: Path, scored: list[tuple[str, float | None, float]]) -> None:
    """Write a run's rows: candidate, fitness, seconds."""
    rows = RunLog(folder)
    for number, (text, fitness, seconds) in enumerate(scored):
        status = Status.FAILED if fitness is None else Status.COMPLETED
        outcome = Outcome(status, fitness=fitness, evaluate_s=99.0, cpu_s=seconds, peak_memory_bytes=number * GIB)
        rows.append(Finished(Trial(number, None, None, text, text, 0), outcome, attempts=1))
    rows.flush()


def test_a_search_chooses_the_first_best_so_far_and_its_reference_counts(tmp_path: Path, table: CandidateTable) -> None:
    log(tmp_path, [("b", None, 1.0), ("a", 2.0, 2.0), ("b", 2.0, 3.0), ("c", 3.0, 4.0)])
    log(tmp_path / "reference" / "00-params", [("a", 1.0, 10.0)])
    log(tmp_path / "reference" / "01-macs", [("a", 1.0, 5.0)])
    curve = evolution_curve("evolution", 7, tmp_path, table)
    assert (curve.method, curve.seed, curve.memory_bytes) == ("evolution", 7, 3 * GIB)
    assert curve.candidates == ("", "a", "a", "c")
    assert curve.seconds.tolist() == [16.0, 18.0, 21.0, 25.0]
    assert np.isnan(curve.accuracies[0]).all()
    assert curve.accuracies[1:].tolist() == [[90.0, 70.0], [90.0, 70.0], [95.0, 75.0]]
    assert spent_seconds(tmp_path) == 25.0


def test_a_supernet_has_a_moment_after_each_epoch(tmp_path: Path, table: CandidateTable) -> None:
    epochs = EpochLog(tmp_path)
    for seed, epoch, derived, seconds in ((1, 0, "c", 3.0), (0, 0, "b", 2.0), (0, 1, "a", 5.0)):
        measured = {"cpu_s": seconds, "peak_memory_bytes": (epoch + 1) * GIB, "derived": derived}
        epochs.append({"seed": seed, "rewinds": 0, "epoch": epoch, **measured})
    first, second = supernet_curves("mae_nas", tmp_path, table)
    assert (first.seed, first.seconds.tolist(), first.candidates) == (0, [2.0, 7.0], ("b", "a"))
    assert (second.seed, second.seconds.tolist(), second.accuracies.tolist()) == (1, [3.0], [[95.0, 75.0]])
    assert first.memory_bytes == 2 * GIB


def test_a_moment_counts_from_when_it_is_over() -> None:
    curve = Curve("x", 0, np.array([2.0, 7.0]), np.array([[80.0], [90.0]]), ("b", "a"), 0)
    assert [curve.moments(seconds) for seconds in (1.9, 2.0, 6.9, 7.0, 100.0)] == [0, 1, 1, 2, 2]
    assert np.isnan(curve.at(1.9)).all()
    assert [curve.at(seconds).tolist() for seconds in (2.0, 7.0)] == [[80.0], [90.0]]
