"""Catches: a published record read as another network, a record of another grid, setting or length let in."""

from typing import Any

import pytest

from spaces.nds.grid_candidate import NdsCandidate
from spaces.nds.grid_record import candidate_of_record

BOTTLENECK: dict[str, Any] = {
    "block_type": "res_bottleneck_block",
    "ds": [1, 16, 1, 4],
    "ws": [16, 64, 128, 16],
    "ss": [1, 1, 2, 2],
    "bot_muls": [0.0, 0.25, 0.25, 0.25],
    "num_gs": [1, 2, 1, 2],
}
BASIC: dict[str, Any] = {
    "block_type": "res_basic_block",
    "ds": [1, 12, 12, 12],
    "ws": [16, 24, 24, 40],
    "ss": [1, 1, 2, 2],
    "bot_muls": [],
    "num_gs": [],
}


def test_the_two_published_records_are_read() -> None:
    bottleneck = NdsCandidate("resnext_a", (16, 1, 4), (64, 128, 16), (0.25, 0.25, 0.25), (2, 1, 2))
    assert candidate_of_record("resnext_a", BOTTLENECK) == bottleneck
    assert candidate_of_record("resnet", BASIC) == NdsCandidate("resnet", (12, 12, 12), (24, 24, 40))


def test_lists_without_a_choice_may_be_absent() -> None:
    short = {key: BASIC[key] for key in ("block_type", "ds", "ws", "ss")}
    assert candidate_of_record("resnet", short) == candidate_of_record("resnet", BASIC)


def test_lists_without_a_choice_may_say_nothing() -> None:
    idle = {**BASIC, "bot_muls": [0.0, 1.0, 1.0, 1.0], "num_gs": [1, 1, 1, 1]}
    assert candidate_of_record("resnet", idle) == candidate_of_record("resnet", BASIC)


def test_a_record_for_imagenet_has_a_stem_of_stride_eight() -> None:
    record = {**BOTTLENECK, "ss": [8, 1, 2, 2]}
    assert candidate_of_record("resnext_a_in", record).grid == "resnext_a_in"
    with pytest.raises(ValueError, match=r"ss is \[8, 1, 2, 2\]; on grid resnext_a it is \[1, 1, 2, 2\]"):
        candidate_of_record("resnext_a", record)


def test_vanilla_blocks_have_the_name_that_the_records_give_them() -> None:
    record = {**BASIC, "block_type": "double_plain_block"}
    assert candidate_of_record("vanilla", record).depths == (12, 12, 12)


@pytest.mark.parametrize(
    ("grid", "changes", "message"),
    [
        ("resnext", {}, "unknown grid 'resnext'"),
        ("vanilla", {}, "block_type is 'res_bottleneck_block'; on grid vanilla it starts with 'double_plain'"),
        ("resnext_a", {"block_type": None}, "block_type is None"),
        ("resnext_a", {"ss": None}, "ss is None"),
        ("resnext_a", {"ds": None}, "ds is None; it must be a list"),
        ("resnext_a", {"ds": [2, 16, 1, 4]}, "entry 0, the stem's, is 1$"),
        ("resnext_a", {"bot_muls": [1, 1, 1, 1]}, "entry 0, the stem's, is 0.0$"),
        ("resnext_a", {"ws": [16, 64, 128]}, "ws has 2 entries for the 3 stages"),
        ("resnext_b", {}, "width of stage 3 is 16; allowed: 64, 128, 256, 512, 1024$"),
        ("resnext_a", {"num_gs": [1, 2, 1, "2"]}, "number of groups of stage 3 is '2'"),
        ("resnext_a", {"num_gs": [1, 2, 1, None]}, "number of groups of stage 3 is None"),
    ],
)
def test_a_record_off_the_grid_is_refused(grid: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        candidate_of_record(grid, {**BOTTLENECK, **changes})


def test_a_basic_block_with_groups_is_refused() -> None:
    with pytest.raises(ValueError, match=r"num_gs is \[1, 2, 2, 2\]; it must be absent, empty"):
        candidate_of_record("resnet", {**BASIC, "num_gs": [1, 2, 2, 2]})
