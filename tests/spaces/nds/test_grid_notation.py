"""Catches: a text that differs from the published record, two texts of one candidate, a damaged text let in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces.nds.grid_axes import GRIDS
from spaces.nds.grid_candidate import NdsCandidate, candidate_at
from spaces.nds.grid_notation import candidate_of_text, text_of

BASIC = NdsCandidate("resnet", (12, 12, 12), (24, 24, 40))
BASIC_TEXT = "ds=1,12,12,12:ws=16,24,24,40"
BOTTLENECK = NdsCandidate("resnext_a", (16, 1, 4), (64, 128, 16), (0.25, 0.5, 1.0), (2, 1, 2))
BOTTLENECK_TEXT = "ds=1,16,1,4:ws=16,64,128,16:bot_muls=0.0,0.25,0.5,1.0:num_gs=1,2,1,2"


@pytest.mark.parametrize(("candidate", "text"), [(BASIC, BASIC_TEXT), (BOTTLENECK, BOTTLENECK_TEXT)])
def test_the_text_is_the_published_record_with_the_stem_first(candidate: NdsCandidate, text: str) -> None:
    assert text_of(candidate) == text
    assert candidate_of_text(GRIDS[candidate.grid], text) == candidate


@given(name=st.sampled_from(sorted(GRIDS)), part=st.floats(0, 1, exclude_max=True))
def test_every_network_of_a_grid_round_trips_inside_the_caps_or_not(name: str, part: float) -> None:
    candidate = candidate_at(GRIDS[name], int(part * GRIDS[name].size))
    assert candidate_of_text(GRIDS[name], text_of(candidate)) == candidate


def test_whole_numbers_for_multipliers_have_the_same_text() -> None:
    whole = NdsCandidate("resnext_a", (1, 1, 1), (16, 16, 16), (1, 1, 1), (1, 1, 1))
    assert text_of(whole) == "ds=1,1,1,1:ws=16,16,16,16:bot_muls=0.0,1.0,1.0,1.0:num_gs=1,1,1,1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has 1 lists instead of 2; the form is ds=1,D,D,D:ws=16,W,W,W$"),
        ("ds=1,12,12,12", "has 1 lists instead of 2"),
        (BASIC_TEXT + ":num_gs=1,1,1,1", "has 3 lists instead of 2"),
        ("ds=1,12,12,5:ws=16,24,24,40", "depth of stage 3 is '5'; allowed: 1, 2, 3, 4, 6, 8, 12, 16, 24$"),
        ("ds=1,12,12,12:ws=16,23,24,40", "width of stage 1 is '23'; allowed: 16, 24"),
        ("ds=1,12,12:ws=16,24,24,40", "ds has 2 entries for the 3 stages"),
        ("ds=1,12,12,12:ws=16,24,24,40,40", "ws has 4 entries for the 3 stages"),
        ("ds=2,12,12,12:ws=16,24,24,40", "does not start with ds=1,"),
        ("ds=1,12,12,12:ws=24,24,24,40", "does not start with ws=16,"),
        ("ws=16,24,24,40:ds=1,12,12,12", "does not start with ds=1,"),
        ("ds=1,12,12,12:ws=16,24,24,040", "width of stage 3 is '040'"),
        ("ds=1,12,12,12:ws=16,24,24,40\n", r"is '40\\n'"),
        ("ds=1,12,12,12:ws=16,24,24,٤٠", "width of stage 3 is"),
        ("ds=1, 12,12,12:ws=16,24,24,40", "is ' 12'"),
        ("ds=1,12,12,:ws=16,24,24,40", "is ''"),
        ("ds=1,12,12,-1:ws=16,24,24,40", "is '-1'"),
    ],
)
def test_a_bad_text_of_basic_blocks_is_refused_with_the_part_that_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        candidate_of_text(GRIDS["resnet"], text)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (":num_gs=1,2,1,2", "", "the form is ds=1,D,D,D:ws=16,W,W,W:bot_muls=0.0,B,B,B:num_gs=1,N,N,N"),
        ("bot_muls=0.0,", "bot_muls=0,", "does not start with bot_muls=0.0,"),
        ("num_gs=1,2", "num_gs=2,2", "does not start with num_gs=1,"),
        ("0.25", ".25", "bottleneck multiplier of stage 1 is '.25'; allowed: 1.0, 0.5, 0.25"),
        ("0.5", "0.50", "bottleneck multiplier of stage 2 is '0.50'"),
        ("1,2,1,2", "1,2,1,8", "number of groups of stage 3 is '8'; allowed: 1, 2, 4$"),
    ],
)
def test_a_bad_text_of_bottlenecks_is_refused_with_the_part_that_is_wrong(old: str, new: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        candidate_of_text(GRIDS["resnext_a"], BOTTLENECK_TEXT.replace(old, new))
