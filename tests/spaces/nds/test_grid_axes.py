"""Catches: a wrong list of values, a grid of another size than the published one, swapped caps, a bottleneck whose
groups do not divide its channels.
"""

import math
from itertools import pairwise, product

import pytest

from spaces.nds.grid_axes import GRIDS
from spaces.nds.grid_network import BlockKind, StemKind

SIZES = {"resnet": 1_259_712, "resnext_a": 11_390_625, "resnext_b": 52_734_375, "vanilla": 1_259_712}  # published


def test_grids_have_the_published_number_of_networks() -> None:
    expected = {**SIZES, **{f"{name}_in": size for name, size in SIZES.items()}}
    assert {name: grid.size for name, grid in GRIDS.items()} == expected
    assert all(math.prod(grid.shape) == grid.size and grid.name == name for name, grid in GRIDS.items())


def test_widths_are_log_spaced_values_raised_to_multiples_of_eight() -> None:
    spaced = [16 * 2 ** (4 * step / 11) for step in range(12)]
    assert tuple(8 * math.ceil(round(value / 8, 9)) for value in spaced) == GRIDS["resnet"].widths


@pytest.mark.parametrize(("name", "least", "most", "groups"), [("resnext_a", 16, 256, 4), ("resnext_b", 64, 1024, 16)])
def test_axes_of_bottlenecks_are_powers_of_two_between_the_published_ends(
    name: str, least: int, most: int, groups: int
) -> None:
    depths, widths, bot_muls, num_gs = (axis.values for axis in GRIDS[name].axes)
    assert (depths[0], depths[-1], widths[0], widths[-1]) == (1, 16, least, most)
    assert (bot_muls, num_gs[0], num_gs[-1]) == ((1.0, 0.5, 0.25), 1, groups)
    assert all(later == 2 * former for values in (depths, widths, num_gs) for former, later in pairwise(values))


def test_groups_divide_the_inner_channels_of_every_bottleneck() -> None:
    for grid in GRIDS.values():
        for width, bot_mul, groups in product(grid.widths, grid.bot_muls, grid.num_gs):
            assert width * bot_mul % groups == 0


def test_block_kinds_and_settings_belong_to_their_grids() -> None:
    kinds = {name: grid.block for name, grid in GRIDS.items()}
    assert kinds["resnet"] is kinds["resnet_in"] is BlockKind.BASIC
    assert kinds["vanilla"] is kinds["vanilla_in"] is BlockKind.VANILLA
    assert {kinds[f"resnext_{letter}{form}"] for letter in "ab" for form in ("", "_in")} == {BlockKind.BOTTLENECK}
    for name, grid in GRIDS.items():
        caps = (grid.setting.max_params, grid.setting.max_flops, grid.setting.size, grid.setting.classes)
        assert caps == ((6e6, 0.6e9, 224, 1000) if name.endswith("_in") else (0.856e6, 0.129e9, 32, 10))
        assert grid.setting.stem is (StemKind.IMAGENET if name.endswith("_in") else StemKind.SMALL)


def test_entries_of_the_stem_are_those_of_the_records() -> None:
    assert {axis.label: axis.stem for axis in GRIDS["resnext_a"].axes} == {
        "ds": 1,
        "ws": 16,
        "bot_muls": 0,
        "num_gs": 1,
    }
