"""Catches: a floor of another number of multiply-adds, ratios upside down."""

import pytest

from tasks.foundation.errors import UsageError
from tests.benchmarks.step_floor import CELLS, _main, floor_of, parser, row_of


def test_the_floor_is_three_passes_of_a_batch_at_the_rate() -> None:
    # The benchmark tells 220.12 M multiply-adds for six convolutions 3x3, with 100 classes.
    assert floor_of(CELLS["heavy"], 1e6) == pytest.approx(3 * 16 * 220.12, rel=2e-2)
    assert floor_of(CELLS["light"], 2e6) == pytest.approx(floor_of(CELLS["light"], 1e6) / 2)


def test_ratios_are_of_the_floor_and_of_the_engine() -> None:
    assert row_of("heavy", 0.1, 0.2, 0.8) == ("heavy", "100.0", "200.0", "800.0", "2.00", "4.00")


def test_counts_are_at_least_one() -> None:
    with pytest.raises(UsageError, match=r"--steps 0"):
        _main(parser().parse_args(["--steps", "0"]))
