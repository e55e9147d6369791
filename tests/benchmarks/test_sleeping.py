"""Catches: a share of time that counts what nobody did, a network whose size is not what its trial takes."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from evo.engine.evaluator import describe
from tasks import open_images
from tests.benchmarks.sleeping import Numbers, busy, main

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def test_busy_is_by_the_rows_of_what_was_scored() -> None:
    """Two workers: 0 to 2 and 0 to 1; then 2 to 6, which began last: three of four worker-seconds by then."""
    begun = [BEGAN + timedelta(seconds=each) for each in (0, 0, 2, 5)]
    rows = {"started_at": begun, "evaluate_s": [2.0, 1.0, 4.0, 9.0], "reused": [False, False, False, True]}
    assert busy(pa.table(rows), 2) == pytest.approx(3 / 4)


def test_busy_once_all_workers_are_up_leaves_out_what_was_before() -> None:
    """Four trials of two workers, counted from the third's start at 2 to the last one's at 5: one of two is busy."""
    begun = [BEGAN + timedelta(seconds=each) for each in (0, 0, 2, 5)]
    rows = pa.table({"started_at": begun, "evaluate_s": [1.5, 1.0, 4.0, 9.0], "reused": [False] * 4})
    assert busy(rows, 2, after=0.5) == pytest.approx(1 / 2)
    assert busy(rows, 2, after=0.25) == pytest.approx((1.5 + 1.0 + 3.0) / 10)


def test_sizes_are_known_without_a_network() -> None:
    sizes = [describe(Numbers(), open_images("noise"), str(number)) for number in (19, 20, 21)]
    assert [size and size.macs for size in sizes] == [10**6, 20 * 10**6, 10**6]


def test_a_cluster_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--workers", "1", "--evaluations", "6", "--seconds", "0.001", "--kind", "macs", "--order", "expected"]
    assert main([*asked, "--address", "nowhere:1"]) == 2
    assert "nowhere" in capsys.readouterr().err
