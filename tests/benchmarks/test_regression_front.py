"""Catches: means over other steps than said, losses taken for scores, seconds of another length, a front of ways that
others beat, files of different lengths joined.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.regression_front import Way, front_of, main, table_of, ways_of


def network(
    label: float, scores: tuple[float, float], losses: list[float], params: int, seconds: float
) -> dict[str, object]:
    judged = {str(at): {"running": score, "batch": -score} for at, score in zip((3, 100), scores, strict=True)}
    return {"label": label, "losses": losses, "scores": judged, "cpu_s": {"3": seconds, "100": 9.0}, "params": params}


ROWS = [
    network(
        float(number), (float(-number), float(number)), [6.0 - number, 5.0, float(number)] + [0.0] * 97, 9 - number, 1.0
    )
    for number in range(6)
]


def test_the_ways_by_hand() -> None:
    ways = {(way.name, way.steps): way for way in ways_of([*ROWS[:2], {**ROWS[2], "cpu_s": {"3": 4.0, "100": 9.0}}])}
    assert len(ways) == 2 * 5 + 1
    assert ways["running", 3].scores.tolist() == [0, -1, -2]
    assert ways["running", 3].seconds == 2  # the mean of 1, 1 and 4
    assert ways["loss of the last step", 3].scores.tolist() == [0, -1, -2]
    assert ways["mean loss of the last third", 3].scores.tolist() == [0, -1, -2]  # of the third step alone
    assert ways["mean loss of all steps", 3].scores.tolist() == pytest.approx([-11 / 3] * 3)
    assert ways["mean loss of the last third", 100].scores.tolist() == [0, 0, 0]  # of steps 68 to 100
    assert ways["params", 0].scores.tolist() == [9, 8, 7]


def test_the_front_is_of_ways_that_none_beats() -> None:
    labels = np.arange(5.0)
    good, bad = labels, np.array([1.0, 0.0, 2.0, 4.0, 3.0])
    ways = [Way("a", 100, good, 9.0), Way("b", 10, bad, 1.0), Way("c", 20, bad, 2.0), Way("d", 200, good, 10.0)]
    assert front_of(ways, labels) == {0, 1}


def test_the_table_stands_beside_the_published_way_and_counting() -> None:
    page = table_of(list(ways_of(ROWS)), np.array([row["label"] for row in ROWS]))
    rows = {(row[0], row[1]): row for row in page.rows}
    assert page.header == ("", "steps", "rho", "less the published way", "less parameters", "s")
    assert rows["running", "100"][2].startswith("1.000 [")
    assert rows["running", "100"][3] == ".000 [.000, .000]"
    assert rows["running", "100"][4].startswith("2.000 [")
    assert rows["batch *", "3"][2].startswith("1.000 [")
    assert rows["running", "3"][2].startswith("-1.000 [")
    assert rows["params *", "0"][5] == "0.00"


def test_files_of_different_lengths_are_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = {**ROWS[1], "scores": {"3": {"running": 1.0}}}
    (tmp_path / "a").write_text(json.dumps(ROWS[0]) + "\n")
    (tmp_path / "b").write_text(json.dumps(other) + "\n")
    assert main([str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
