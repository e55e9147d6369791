"""Catches: a note that a reader needs and does not get, a line of results too wide for a terminal."""

from dataclasses import replace

import numpy as np

from evo.correlation.labels import LabelledSample
from tests.evo.correlation.small_results import COLUMNS, RESULTS


def test_notes_say_how_failures_and_many_rows_are_treated() -> None:
    assert "rank below all others" in " ".join(RESULTS.notes)
    assert "left out of its statistics" in " ".join(replace(RESULTS, failed="drop").notes)
    assert "for kendall" not in " ".join(RESULTS.notes)
    assert "the space builds no networks" in " ".join(RESULTS.notes)
    many = LabelledSample(("x",) * 1_001, np.zeros(1_001), 0)
    assert "(500 for kendall)" in " ".join(replace(RESULTS, sample=many).notes)


def test_the_verdict_comes_first_and_what_is_known_of_the_space_next() -> None:
    notes = replace(RESULTS, about=["Space options."]).notes
    assert notes[0].startswith("mine:Sum(a=<b>): spearman ")
    assert notes[1] == "Space options."


def test_no_line_is_wider_than_a_terminal() -> None:
    long = replace(COLUMNS[0], reason="ValueError: " + "many words " * 500)
    shown = str(replace(RESULTS, columns=[long, COLUMNS[1]]))
    assert max(map(len, shown.splitlines())) <= 80
    assert "e.g. ValueError: many words" in " ".join(shown.split())
    assert len(shown) < 8_000
