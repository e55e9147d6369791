"""Catches: values off the grid let in, digits and places that are another network's."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces.nds.grid_axes import GRIDS
from spaces.nds.grid_candidate import NdsCandidate, candidate_at, candidate_of, index_of

BOTTLENECKS = {"depths": (16, 1, 4), "widths": (64, 128, 16), "bot_muls": (0.25, 0.5, 1.0), "num_gs": (2, 1, 4)}


@pytest.mark.parametrize(
    ("grid", "changes", "message"),
    [
        ("resnext", {}, "unknown grid 'resnext'; did you mean 'res"),
        ("resnext_a", {"depths": (16, 1, 3)}, "depth of stage 3 is 3; allowed: 1, 2, 4, 8, 16$"),
        ("resnext_a", {"widths": (512, 16, 16)}, "width of stage 1 is 512; allowed: 16, 32"),
        (
            "resnext_a",
            {"bot_muls": (1.0, 2.0, 1.0)},
            "bottleneck multiplier of stage 2 is 2.0; allowed: 1.0, 0.5, 0.25",
        ),
        ("resnext_a", {"num_gs": (1, 1, 8)}, "number of groups of stage 3 is 8; allowed: 1, 2, 4$"),
        ("resnext_a", {"num_gs": (1, 1)}, "num_gs has 2 entries for the 3 stages"),
        ("resnext_a", {"depths": (1, 1, 1, 1)}, "ds has 4 entries for the 3 stages"),
        ("resnet", {}, "bottleneck multiplier of stage 1 is 0.25; allowed: 1.0"),
    ],
)
def test_a_value_off_the_grid_is_refused(grid: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NdsCandidate(grid, **{**BOTTLENECKS, **changes})


def test_digits_name_the_values_axis_by_axis() -> None:
    digits = [4, 0, 2, 2, 3, 0, 2, 1, 0, 1, 0, 2]
    assert candidate_of(GRIDS["resnext_a"], digits) == NdsCandidate("resnext_a", **BOTTLENECKS)


def test_the_last_digit_of_a_place_is_the_groups_of_the_last_stage() -> None:
    grid = GRIDS["resnext_b"]
    assert candidate_at(grid, 0).lists == ((1, 1, 1), (64, 64, 64), (1.0, 1.0, 1.0), (1, 1, 1))
    assert candidate_at(grid, 1).lists == ((1, 1, 1), (64, 64, 64), (1.0, 1.0, 1.0), (1, 1, 2))
    assert candidate_at(grid, grid.size - 1).lists == ((16,) * 3, (1024,) * 3, (0.25,) * 3, (16,) * 3)


@given(name=st.sampled_from(sorted(GRIDS)), part=st.floats(0, 1, exclude_max=True))
def test_a_place_leads_back_to_itself(name: str, part: float) -> None:
    index = int(part * GRIDS[name].size)
    candidate = candidate_at(GRIDS[name], index)
    assert index_of(GRIDS[name], candidate) == index
    assert candidate.grid == name


def test_candidates_hold_plain_numbers() -> None:
    candidate = candidate_at(GRIDS["resnext_a"], np.int64(12_345))
    assert {type(value) for values in candidate.lists for value in values} == {int, float}
