"""Catches: methods out of order, time that is not that of the supernet asked for, a search that is not cut when its
time is over, rows that a file lacks."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from spaces.tables.table import CandidateTable
from tasks.foundation.errors import UsageError
from tests.benchmarks import comparison
from tests.benchmarks.accuracy_curves import Curve
from tests.benchmarks.comparison import (
    drawn,
    methods_of,
    paced,
    parser,
    rows_of,
    search_candidates,
    table_of,
)

ASKED = ["--table", "t", "--data", "digits"]
FIRST = Curve("mae_nas", 0, np.array([10.0, 20.0]), np.array([[90.0, 70, 40], [92, 72, 42]]), ("a", "b"), 2**30)
SECOND = Curve("mae_nas", 1, np.array([15.0, 40.0]), np.array([[80.0, 60, 30], [94, 74, 44]]), ("c", "d"), 2**31)
EARLY = Curve("random", 0, np.array([5.0]), np.array([[91.0, 71, 41]]), ("e",), 0)


def options_of(*more: str) -> argparse.Namespace:
    return parser().parse_args([*ASKED, *more])


def test_supernets_come_first_as_they_set_the_time(tmp_path: Path) -> None:
    found = methods_of(options_of("--run-dir", str(tmp_path)), [])
    kinds = [method.supernets for method in found]
    assert kinds == sorted(kinds, reverse=True)
    assert {"mae_nas", "sswp_nas", "mim_darts", "darts"} == {method.name for method in found if method.supernets}
    assert all(method.evaluations == 450 for method in found if not method.supernets)
    with pytest.raises(UsageError, match="--only nas"):
        methods_of(options_of("--only", "nas"), [])


def test_the_time_is_the_median_of_the_supernets_asked_for() -> None:
    curves = {"mae_nas": [FIRST, SECOND], "darts": [EARLY]}
    assert paced(curves, options_of()) == 30.0
    assert paced(curves, options_of("--pace", "darts")) == 5.0
    assert paced({}, options_of("--seconds", "7")) == 7.0
    with pytest.raises(UsageError, match="train supernets: mae_nas, darts"):
        paced(curves, options_of("--pace", "random"))
    with pytest.raises(UsageError, match="must be above 0"):
        paced(curves, options_of("--seconds", "0"))


def test_a_search_is_ended_when_its_time_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = options_of("--only", "evolution_params", "--run-dir", str(tmp_path))
    (method,) = methods_of(options, [])
    minutes: list[float] = []
    spent = [0.0]

    def run(arguments: Sequence[str]) -> int:
        minutes.append(float(arguments[arguments.index("--max-minutes") + 1]))
        spent[0] += 40.0
        return 0

    monkeypatch.setattr(comparison, "run_main", run)
    monkeypatch.setattr(comparison, "spent_seconds", lambda folder: spent[0])
    assert search_candidates(method, 0, 60.0, options, []) == 0
    assert minutes == [pytest.approx(1.0), pytest.approx(1 / 3)]


def test_the_table_says_what_is_chosen_when_the_time_is_over(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("candidate,c10_test,c100_test,in16_test\na,90,70,40\nb,80,60,20\n")
    table = CandidateTable(path, ["c10_test", "c100_test", "in16_test"])
    page = table_of({"mae_nas": [FIRST, SECOND], "random": [EARLY]}, 20.0, table)
    best, middle, chance = page.rows
    assert best == ("random", "1", "5", "0.00", "91.00", "71.00", "41.00")
    assert middle[:4] == ("mae_nas", "2", "20", "2.00")  # two epochs and one, 1.5 of them
    assert middle[4].startswith("86.00 [")
    assert chance == ("a random cell", "", "", "", "85.00", "65.00", "30.00")


def test_the_plot_and_the_file_hold_every_method() -> None:
    curves = {"mae_nas": [FIRST, SECOND], "random": [EARLY]}
    figure = drawn(curves, 40.0)
    assert all(words in figure for words in ("mae_nas", "random", "seconds of the processor"))
    rows = list(rows_of(curves))
    assert len(rows) == 5
    assert rows[3] == {
        "method": "mae_nas",
        "seed": 1,
        "moment": 1,
        "memory_bytes": 2**31,
        "cpu_s": 40.0,
        "candidate": "d",
        "c10_test": 94.0,
        "c100_test": 74.0,
        "in16_test": 44.0,
    }


def test_the_report_of_an_earlier_part_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.csv"
    path.write_text("candidate,c10_test,c100_test,in16_test\na,90,70,40\nb,80,60,30\n")
    asked: list[Sequence[str]] = []
    monkeypatch.setattr(comparison, "report_main", lambda arguments: asked.append(arguments) or 0)
    options = options_of("--run-dir", str(tmp_path))
    table = CandidateTable(path, ["c10_test", "c100_test", "in16_test"])
    assert comparison._write({"mae_nas": [FIRST]}, 20.0, table, options) == 0
    assert asked == [["--out", str(tmp_path / "report.html"), "--force"]]
    assert "|mae_nas|2|20|1.00|92.00|72.00|42.00|" in (tmp_path / "results.md").read_text()
