"""Catches: a text that differs from the published record, values off the grid let in, a pool that is not a fixed
uniform part of the members, a mutation that returns its parent or passes over a nearer member.
"""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces.nds_resnet import NdsResNet, NdsResNetCandidate, residual_spec
from spaces.nds_resnet_grid import DEPTHS, WIDTHS
from spaces.residual_network import BlockKind, StageSpec

RECORD = NdsResNetCandidate((12, 12, 12), (24, 24, 40))
RECORD_TEXT = "ds=1,12,12,12:ws=16,24,24,40"
three_depths = st.tuples(*[st.sampled_from(DEPTHS)] * 3)
three_widths = st.tuples(*[st.sampled_from(WIDTHS)] * 3)


def distance(one: NdsResNetCandidate, other: NdsResNetCandidate) -> int:
    pairs = zip((*one.depths, *one.widths), (*other.depths, *other.widths), strict=True)
    return sum(a != b for a, b in pairs)


def whole_pool(space: NdsResNet) -> set[NdsResNetCandidate]:
    rng = np.random.default_rng(0)
    return {space.sample(rng) for _ in range(2_000)}


def test_the_text_is_the_published_record_with_the_stem_first() -> None:
    assert NdsResNet().encode(RECORD) == RECORD_TEXT
    assert NdsResNet().decode(RECORD_TEXT) == RECORD


@given(three_depths, three_widths)
def test_every_network_of_the_grid_round_trips_inside_the_caps_or_not(
    depths: tuple[int, ...], widths: tuple[int, ...]
) -> None:
    space, candidate = NdsResNet(pool=2), NdsResNetCandidate(depths, widths)
    assert space.decode(space.encode(candidate)) == candidate


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no ':'"),
        ("ds=1,12,12,12", "has no ':'"),
        ("ds=1,12,12,5:ws=16,24,24,40", "depth of stage 3 is 5; allowed: 1, 2, 3, 4, 6, 8, 12, 16, 24"),
        ("ds=1,12,12,12:ws=16,23,24,40", "width of stage 1 is 23; allowed: 16, 24"),
        ("ds=1,12,12:ws=16,24,24,40", "3 stages need as many depths, got 2"),
        ("ds=1,12,12,12:ws=16,24,24,40,40", "3 stages need as many widths, got 4"),
        ("ds=2,12,12,12:ws=16,24,24,40", "does not start with ds=1,"),
        ("ds=1,12,12,12:ws=24,24,24,40", "does not start with ws=16,"),
        ("ws=16,24,24,40:ds=1,12,12,12", "does not start with ds=1,"),
        ("ds=1,12,12,12:ws=16,24,24,040", "'040' in"),
        ("ds=1,12,12,12:ws=16,24,24,40\n", "is not a number"),
        ("ds=1,12,12,12:ws=16,24,24,٤٠", "is not a number"),
        ("ds=1, 12,12,12:ws=16,24,24,40", "' 12' in"),
        ("ds=1,12,12,:ws=16,24,24,40", "'' in"),
        ("ds=1,12,12,-1:ws=16,24,24,40", "'-1' in"),
    ],
)
def test_a_bad_text_is_refused_with_the_part_that_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NdsResNet().decode(text)


def test_the_network_is_described_as_the_study_defines_it() -> None:
    spec = residual_spec(RECORD)
    assert (spec.block, spec.stem_width) == (BlockKind.BASIC, 16)
    assert spec.stages == (StageSpec(12, 24, 1), StageSpec(12, 24, 2), StageSpec(12, 40, 2))
    assert spec.reductions == (1, 2, 4)


def test_a_pool_is_a_fixed_part_of_the_members_chosen_by_its_seed() -> None:
    pool = whole_pool(NdsResNet(pool=50))
    assert len(pool) == 50
    assert pool == whole_pool(NdsResNet(pool=50))
    assert pool.isdisjoint(whole_pool(NdsResNet(pool=50, pool_seed=1)))


def test_draws_from_the_pool_are_uniform() -> None:
    space, rng = NdsResNet(pool=10), np.random.default_rng(1)
    counts = Counter(space.sample(rng) for _ in range(10_000))
    chi_square = sum((count - 1_000) ** 2 / 1_000 for count in counts.values())
    assert len(counts) == 10
    assert chi_square < 27.9  # 9 degrees of freedom, .999


def test_without_a_pool_draws_range_over_more_members_than_any_pool_holds() -> None:
    space, rng = NdsResNet(pool=0), np.random.default_rng(2)
    drawn = {space.sample(rng) for _ in range(2_000)}
    assert len(drawn) > 1_960  # 2,000 draws from 197,858 collide about 10 times, from 25,000 about 80 times


@pytest.mark.parametrize("pool", [-1, 1, 197_859])
def test_a_pool_that_cannot_be_had_is_refused(pool: int) -> None:
    with pytest.raises(ValueError, match=f"pool is {pool}; it must be 0 for all members, or 2 to 197858"):
        NdsResNet(pool=pool)


def test_the_largest_pool_is_all_members() -> None:
    rngs = (np.random.default_rng(3), np.random.default_rng(3))
    assert NdsResNet(pool=197_858).sample(rngs[0]) == NdsResNet(pool=0).sample(rngs[1])


@pytest.mark.parametrize("parent_in_pool", [True, False])
def test_a_mutation_is_the_nearest_other_member_where_all_are_looked_at(parent_in_pool: bool) -> None:
    space, rng = NdsResNet(pool=150), np.random.default_rng(4)
    pool = whole_pool(space)
    for _ in range(20):
        parent = space.sample(rng) if parent_in_pool else NdsResNet(pool=0).sample(rng)
        child = space.mutate(parent, rng)
        assert child in pool - {parent}
        assert distance(child, parent) == min(distance(other, parent) for other in pool - {parent})


def test_among_equally_near_members_the_choice_is_random() -> None:
    space, rng = NdsResNet(pool=150), np.random.default_rng(5)
    pool = whole_pool(space)
    nearest = min(distance(other, RECORD) for other in pool)
    equals = {other for other in pool if distance(other, RECORD) == nearest}
    assert len(equals) > 1
    assert {space.mutate(RECORD, rng) for _ in range(30 * len(equals))} == equals


def test_the_only_other_member_of_a_pool_of_two_is_every_mutation() -> None:
    space, rng = NdsResNet(pool=2), np.random.default_rng(6)
    one, other = whole_pool(space)
    assert {space.mutate(one, rng) for _ in range(20)} == {other}
    assert {space.mutate(other, rng) for _ in range(20)} == {one}
