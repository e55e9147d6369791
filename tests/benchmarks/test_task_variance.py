"""Catches: luck of the panel taken for a task's worth, draws counted as panels, a share that is not of the whole."""

import numpy as np
import pytest

from tests.benchmarks.task_variance import (
    DRAW,
    MEETING,
    PANEL,
    REST,
    WORTH,
    components,
    reliability,
    shares,
)

S, T, D = 300, 200, 3


def test_each_part_is_found_for_what_it_is() -> None:
    rng = np.random.default_rng(0)
    expected = {PANEL: 0.5, WORTH: 0.4, MEETING: 0.3, DRAW: 0.2, REST: 0.1}
    shapes = ((S, 1, 1), (1, T, 1), (S, T, 1), (1, T, D), (S, T, D))
    parts = [size * rng.standard_normal(shape) for size, shape in zip(expected.values(), shapes, strict=True)]
    found = components(np.asarray(sum(parts)))
    assert {name: value**0.5 for name, value in found.items()} == pytest.approx(expected, rel=0.08)


def test_one_draw_leaves_the_training_with_the_task_and_with_both() -> None:
    rng = np.random.default_rng(0)
    rho = 0.4 * rng.standard_normal((1, T, 1)) + 0.3 * rng.standard_normal((S, T, 1))
    found = components(rho)
    assert found[WORTH] == pytest.approx(0.16, rel=0.15)
    assert found[MEETING] == pytest.approx(0.09, rel=0.05)
    rows = {row[0]: row[1:] for row in shares(rho).rows}
    assert rows[DRAW] == rows[REST] == ("-", "-")
    assert [row for name, row in rows.items() if name.startswith("reliability")] == [("", "-")]
    assert float(rows[WORTH][1]) + float(rows[MEETING][1]) == pytest.approx(1, abs=0.1)


def test_repeats_shrink_the_trainings_part_alone() -> None:
    found = {PANEL: 9.0, WORTH: 2.0, MEETING: 1.0, DRAW: 1.5, REST: 0.5}
    assert reliability(found) == 2 / 5
    assert reliability(found, repeats=2) == 2 / 4


def test_shares_are_of_the_whole() -> None:
    rows = {row[0]: row[1:] for row in shares(np.array([[[0.2], [0.4]], [[0.2], [0.4]]])).rows}
    assert rows[WORTH] == (".141", "1.000")
    assert rows[PANEL] == (".000", ".000")
