"""Catches: differences that are not panel by panel, an expectation held against another's finding, an interval that is
said to hold what it does not, a file that says something else than what was written, known panels of other rows."""

from pathlib import Path

import numpy as np
import pytest

from tasks import UsageError
from tests.benchmarks.worth import Worth, expectations, read_worth, table_of, tables_of, write_worth

TEXTS, LABELS = list("abcde"), np.arange(5.0)
RIGHT, SWAPPED, WRONG = LABELS, np.array([1.0, 0.0, 2.0, 3.0, 4.0]), -LABELS  # rho 1, .9 and -1


def test_differences_are_of_the_same_rows_and_panels_and_the_best_comes_first() -> None:
    scores = {
        "params": [WRONG],
        "random search, its task": [SWAPPED, WRONG],
        "evolution, its task": [RIGHT, SWAPPED],
        "the same": [RIGHT, SWAPPED],
    }
    worth = Worth(TEXTS, LABELS, scores, {})
    rows = {row[0]: row[1:] for row in table_of(worth).rows}
    assert list(rows) == ["evolution, its task", "the same", "random search, its task", "params"]
    assert rows["evolution, its task"][0].startswith(".950 [")
    assert rows["evolution, its task"][1].startswith("1.950 [")  # less params
    assert rows["evolution, its task"][2].startswith("1.000 [")  # less random search
    assert worth.rho("random search, its task") == [pytest.approx(0.9), -1.0]
    assert np.array_equal(worth.draws("the same"), worth.draws("evolution, its task"), equal_nan=True)
    assert np.nanstd(worth.draws("random search, its task")) > 0.3  # the panels differ, whatever rows are drawn


def test_what_is_expected_is_held_against_what_that_search_found() -> None:
    expected = {"evolution, its task": [(0.8, 0.4, 0.95), (0.9, 0.85, 0.95)]}
    (row,) = expectations(Worth(TEXTS, LABELS, {"evolution, its task": [SWAPPED, RIGHT]}, expected)).rows
    assert row[1] == "0.850"
    assert row[2].startswith("-.100 [")
    assert row[4] == "1 of 2"


def test_a_file_says_what_was_written(tmp_path: Path) -> None:
    scores = {"params": [WRONG], "evolution, its task": [RIGHT, SWAPPED]}
    written = Worth(TEXTS, LABELS, scores, {"evolution, its task": [(0.8, 0.4, 0.95), (0.9, 0.85, 0.95)]})
    write_worth(written, tmp_path / "scores.parquet")
    found = read_worth(tmp_path / "scores.parquet")
    assert (found.texts, found.labels.tolist(), found.expected) == (TEXTS, LABELS.tolist(), written.expected)
    assert {way: np.array(each).tolist() for way, each in found.scores.items()} == {
        way: np.array(each).tolist() for way, each in scores.items()
    }
    assert tables_of(found) == tables_of(written)


def test_known_panels_are_taken_but_of_the_same_rows_alone() -> None:
    stated = [(0.8, 0.4, 0.95), (0.9, 0.85, 0.95)]
    ways = {"evolution, its task": [RIGHT, SWAPPED], "evolution, its task and logsynflow": [WRONG, RIGHT]}
    known = Worth(TEXTS, LABELS, {**ways, "params": [WRONG]}, {"evolution, its task": stated})
    found = Worth(TEXTS, LABELS, {}, {})
    assert [found.take(known, "evolution, ", panel) for panel in (0, 1, 2)] == [True, True, False]
    assert (found.scores, found.expected) == (ways, known.expected)
    assert not found.take(known, "random search, ", 0)
    with pytest.raises(UsageError, match="other rows"):
        Worth(TEXTS, -LABELS, {}, {}).take(known, "evolution, ", 0)
