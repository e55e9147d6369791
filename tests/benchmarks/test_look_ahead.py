"""Catches: a look-ahead that is called harmless although it loses, a difference of the wrong sign, a table of what was
not searched."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from spaces import SPACES
from spaces.nasbench201.cell import EDGES, OPERATIONS, NasBench201Cell
from tests.benchmarks.look_ahead import difference, largest_harmless, main


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a table of all cells, whose accuracy is chance and whose multiply-adds are those of convolutions."""
    space, rng = SPACES.build("nasbench201", {}), np.random.default_rng(1)
    path = tmp_path_factory.mktemp("table") / "t.csv"
    lines = ["candidate,c10_test,in16_test,flops_c10_m"]
    for operations in product(OPERATIONS, repeat=len(EDGES)):
        text, macs = space.encode(NasBench201Cell(operations)), 8 + 20 * operations.count("nor_conv_3x3")
        lines.append(f"{text},{rng.random():.4f},{rng.random():.4f},{macs}")
    path.write_text("\n".join(lines))
    return path


def test_a_difference_is_that_of_pairs() -> None:
    mean, half = difference([3.0, 5.0, 4.0], [1.0, 2.0, 3.0], quantile=2.0)
    assert [mean, half] == pytest.approx([2.0, 2 * 1.0 / 3**0.5])


def test_the_largest_harmless_is_below_the_bounds_on_all_data_sets() -> None:
    losses = {1: 0.0, 2: 0.019, 4: 0.0, 8: 0.021}
    best = {
        (name, ahead, 150): [1.0 - loss * scale] * 3
        for ahead, loss in losses.items()
        for name, scale in (("CIFAR-10", 1.0), ("ImageNet-16", 0.0))
    }
    assert largest_harmless(best) == 4
    best |= {("ImageNet-16", ahead, 150): [1.0 - 0.02 * ahead] * 3 for ahead in losses}
    best["ImageNet-16", 1, 150] = [1.0] * 3
    assert largest_harmless(best) == 2


def test_both_parts_are_printed(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = ["--table", str(table), "--seeds", "2", "--timed", "1"]
    assert main([*short, "--look-aheads", "1,4", "--evaluations", "60"]) == 0
    printed = capsys.readouterr().out
    assert "|ImageNet-16|60|4|" in printed
    assert "largest look-ahead without a loss: " in printed
    assert "a first population that runs ahead: the same (1 seeds)" in printed
    assert main([*short, "--part", "busy", "--evaluations", "60"]) == 0
    printed = capsys.readouterr().out
    assert "|tail by chance|completion|16|" in printed
    assert "|50 ms|expected|32|" in printed
