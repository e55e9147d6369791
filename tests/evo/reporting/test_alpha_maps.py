"""Catches: a strength that is another edge's or operation's, a share beyond its edge, a map of another seed, an old log
that ends the report."""

import numpy as np
import pyarrow as pa
import pytest

from evo.reporting.alpha_maps import MOST_CELLS, alpha_maps, edge_shares

NAN = float("nan")
NAMES = ("n 0->1 skip", "n 0->1 conv", "n 0->2 skip", "n 0->2 conv", "n 0->1", "r 0->1 skip", "r 0->1 conv")


def epochs(*alphas: list[float | None] | None) -> pa.Table:
    return pa.table({"epoch": list(range(len(alphas))), "alphas": pa.array(alphas, pa.list_(pa.float64()))})


def test_shares_are_the_softmax_within_each_edge() -> None:
    found = edge_shares(np.array([[0.0, np.log(3), 5.0, NAN], [NAN] * 4]), ["a", "a", "b", "b"])
    assert found[0].tolist() == pytest.approx([0.25, 0.75, 1.0, NAN], nan_ok=True)
    assert np.isnan(found[1]).all()


def test_every_cell_has_a_map_of_its_operations() -> None:
    maps, notes = alpha_maps(NAMES, (3, epochs([0.0] * 7, [float(np.log(3)), *[0.0] * 6])))
    assert (len(maps), notes) == (2, [])
    assert "cell n, seed 3" in maps[0]
    assert "0-&gt;1 skip, 2: 0.75" in maps[0]
    assert "0-&gt;2 conv, 1 to 2: 0.5" in maps[0]
    assert "cell r" in maps[1]


def test_a_log_without_parameters_says_so() -> None:
    for names, rows in (((), epochs([1.0])), (NAMES, epochs(None, None)), (NAMES, epochs([1.0]))):
        assert alpha_maps(names, (0, rows)) == ([], [alpha_maps((), (0, epochs(None)))[1][0]])
    assert "has no architecture parameters" in alpha_maps((), (0, epochs(None)))[1][0]


def test_of_many_cells_the_first_are_drawn() -> None:
    names = [f"c{n} 0->1 skip" for n in range(5)]
    maps, notes = alpha_maps(names, (0, epochs([1.0] * 5)))
    assert (len(maps), notes) == (MOST_CELLS, ["Of 5 cells the first 2 are drawn."])
