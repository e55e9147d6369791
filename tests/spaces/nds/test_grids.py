"""Catches: draws or mutations that differ from earlier versions, a draw that is not uniform, a mutation that returns
its parent or passes over a nearer member, a quick-search option that changes candidates, a wrong stem for an image.
"""

from collections import Counter
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces import InputSpec, count_complexity
from spaces.nds.grid_axes import GRIDS
from spaces.nds.grid_candidate import NdsCandidate, candidate_at
from spaces.nds.grid_network import BlockKind, StageSpec, StemKind
from spaces.nds.grids import NdsGrid

RECORD = NdsCandidate("resnet", (12, 12, 12), (24, 24, 40))
BOTTLENECK = NdsCandidate("resnext_b", (16, 1, 4), (64, 1024, 128), (0.25, 0.5, 1.0), (16, 1, 8))


def distance(one: NdsCandidate, other: NdsCandidate) -> int:
    pairs = zip(np.ravel(one.lists), np.ravel(other.lists), strict=True)
    return sum(bool(a != b) for a, b in pairs)


def whole_pool(space: NdsGrid) -> set[NdsCandidate]:
    rng = np.random.default_rng(0)
    return {space.sample(rng) for _ in range(2_000)}


def test_a_seed_keeps_its_draws_and_mutations() -> None:
    space, rng = NdsGrid(grid="resnet"), np.random.default_rng(5)
    texts = []
    for _ in range(2):
        parent = space.sample(rng)
        texts += [space.encode(parent), space.encode(space.mutate(parent, rng))]
    assert texts == [
        "ds=1,6,4,1:ws=16,16,64,48",
        "ds=1,24,4,1:ws=16,16,48,48",
        "ds=1,24,2,2:ws=16,16,40,48",
        "ds=1,24,3,4:ws=16,24,40,48",
    ]


def test_draws_from_the_pool_are_uniform() -> None:
    space, rng = NdsGrid(pool=10), np.random.default_rng(1)
    counts = Counter(space.sample(rng) for _ in range(10_000))
    chi_square = sum((count - 1_000) ** 2 / 1_000 for count in counts.values())
    assert len(counts) == 10
    assert chi_square < 27.9  # 9 degrees of freedom, .999


def test_without_a_pool_draws_range_over_more_members_than_any_pool_holds() -> None:
    space, rng = NdsGrid(pool=0), np.random.default_rng(2)
    drawn = {space.sample(rng) for _ in range(2_000)}
    assert len(drawn) > 1_960  # 2,000 draws from 197,858 collide about 10 times, from 25,000 about 80 times


def test_pools_of_two_seeds_differ() -> None:
    assert whole_pool(NdsGrid(pool=50)).isdisjoint(whole_pool(NdsGrid(pool=50, pool_seed=1)))


@pytest.mark.parametrize("grid", ["resnet", "resnext_b"])
@pytest.mark.parametrize("parent_in_pool", [True, False])
def test_a_mutation_is_the_nearest_other_member_where_all_are_looked_at(grid: str, parent_in_pool: bool) -> None:
    space, rng = NdsGrid(grid=grid, pool=150), np.random.default_rng(4)
    others = NdsGrid(grid=grid, pool=1_000, pool_seed=1)
    pool = whole_pool(space)
    for _ in range(20):
        parent = (space if parent_in_pool else others).sample(rng)
        child = space.mutate(parent, rng)
        assert child in pool - {parent}
        assert distance(child, parent) == min(distance(other, parent) for other in pool - {parent})


def test_among_equally_near_members_the_choice_is_random() -> None:
    space, rng = NdsGrid(pool=150), np.random.default_rng(5)
    pool = whole_pool(space)
    nearest = min(distance(other, RECORD) for other in pool)
    equals = {other for other in pool if distance(other, RECORD) == nearest}
    assert len(equals) > 1
    assert {space.mutate(RECORD, rng) for _ in range(30 * len(equals))} == equals


def test_the_only_other_member_of_a_pool_of_two_is_every_mutation() -> None:
    space, rng = NdsGrid(pool=2), np.random.default_rng(6)
    one, other = whole_pool(space)
    assert {space.mutate(one, rng) for _ in range(20)} == {other}
    assert {space.mutate(other, rng) for _ in range(20)} == {one}


def test_the_network_is_described_as_the_study_defines_it() -> None:
    spec = NdsGrid(pool=2).network_spec(RECORD, 32)
    assert (spec.block, spec.stem, spec.stem_width) == (BlockKind.BASIC, StemKind.SMALL, 16)
    assert [(stage.depth, stage.width, stage.stride) for stage in spec.stages] == [
        (12, 24, 1),
        (12, 24, 2),
        (12, 40, 2),
    ]
    stages = NdsGrid(grid="resnext_b", pool=2).network_spec(BOTTLENECK, 32).stages
    assert stages == (StageSpec(16, 64, 1, 16, 16), StageSpec(1, 1024, 2, 512, 1), StageSpec(4, 128, 2, 128, 8))


@pytest.mark.parametrize(
    ("grid", "stem", "size", "expected"),
    [
        ("resnet", "auto", 32, StemKind.SMALL),
        ("resnet", "auto", 224, StemKind.SMALL),
        ("resnet", "imagenet", 32, StemKind.IMAGENET),
        ("vanilla_in", "auto", 127, StemKind.SMALL),
        ("vanilla_in", "auto", 128, StemKind.IMAGENET),
        ("vanilla_in", "small", 224, StemKind.SMALL),
        ("vanilla_in", "imagenet", 32, StemKind.IMAGENET),
    ],
)
def test_the_stem_suits_the_grid_and_the_image(grid: str, stem: str, size: int, expected: StemKind) -> None:
    space = NdsGrid(grid=grid, pool=2, stem=stem)
    candidate = space.sample(np.random.default_rng(0))
    assert space.network_spec(candidate, size).stem is expected
    with pytest.raises(ValueError, match=f"not a positive multiple of {4 if expected is StemKind.SMALL else 32}"):
        space.build(candidate, InputSpec(size=size + 1 if size != 127 else 126), 10)


def test_a_quick_search_builds_fewer_blocks_and_channels_of_the_same_candidate() -> None:
    quick = NdsGrid(grid="resnext_b", max_depth=2, width_divisor=4)
    spec = quick.network_spec(BOTTLENECK, 32)
    assert spec.stem_width == 8  # 16 / 4, but at least 8
    # Inner channels: 16 * .25 = 4, raised to the 16 groups; 256 * .5; 32 * 1.
    assert spec.stages == (StageSpec(2, 16, 1, 16, 16), StageSpec(1, 256, 2, 128, 1), StageSpec(2, 32, 2, 32, 8))
    usual, rngs = NdsGrid(grid="resnext_b"), (np.random.default_rng(8), np.random.default_rng(8))
    assert [quick.encode(quick.sample(rngs[0])) for _ in range(5)] == [
        usual.encode(usual.sample(rngs[1])) for _ in range(5)
    ]


@given(name=st.sampled_from(sorted(GRIDS)), divisor=st.integers(1, 200), part=st.floats(0, 1, exclude_max=True))
def test_divided_networks_keep_their_groups_and_eight_channels(name: str, divisor: int, part: float) -> None:
    candidate = candidate_at(GRIDS[name], int(part * GRIDS[name].size))
    usual = NdsGrid(grid=name, pool=2).network_spec(candidate, 32)
    divided = NdsGrid(grid=name, pool=2, width_divisor=divisor).network_spec(candidate, 32)
    assert divided.stem_width == max(16 // divisor, 8)
    for stage, whole in zip(divided.stages, usual.stages, strict=True):
        assert stage.width == max(whole.width // divisor, 8)
        assert (stage.depth, stage.stride, stage.groups) == (whole.depth, whole.stride, whole.groups)
        assert stage.inner % stage.groups == 0
        assert 0 < stage.inner <= whole.inner


def test_divided_networks_can_be_built() -> None:
    space = NdsGrid(grid="resnext_b", pool=2, max_depth=1, width_divisor=64)
    assert count_complexity(space, BOTTLENECK, InputSpec(), 10).params < 10_000


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"grid": "resnext"}, "unknown grid 'resnext'"),
        ({"stem": "big"}, r"unknown stem 'big' \(known: auto, imagenet, small\)"),
        ({"max_depth": -1}, "max_depth is -1"),
        ({"width_divisor": 0}, "width_divisor is 0"),
        ({"pool": 1}, "pool is 1"),
    ],
)
def test_a_bad_option_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NdsGrid(**options)


def test_the_graph_is_a_chain_of_all_published_blocks() -> None:
    graph = NdsGrid(grid="resnext_b", pool=2, max_depth=1).to_graph(BOTTLENECK)
    assert nx.is_directed_acyclic_graph(graph)
    order = list(nx.topological_sort(graph))
    assert list(graph.edges) == list(pairwise(order))
    assert [graph.nodes[node]["op"] for node in order] == [
        "stem",
        *["bottleneck 64 r0.25 g16"] * 16,
        "bottleneck 1024 r0.5 g1 /2",
        "bottleneck 128 r1.0 g8 /2",
        *["bottleneck 128 r1.0 g8"] * 3,
        "classifier",
    ]


def test_blocks_without_a_bottleneck_show_kind_and_width_alone() -> None:
    graph = NdsGrid(grid="vanilla", pool=2).to_graph(NdsCandidate("vanilla", (1, 1, 2), (16, 24, 40)))
    operations = [operation for _, operation in graph.nodes(data="op")]
    assert operations == ["stem", "vanilla 16", "vanilla 24 /2", "vanilla 40 /2", "vanilla 40", "classifier"]


def test_a_record_is_read_on_the_grid_of_the_space() -> None:
    record = {"block_type": "res_basic_block", "ds": [1, 12, 12, 12], "ws": [16, 24, 24, 40], "ss": [1, 1, 2, 2]}
    space = NdsGrid(pool=2)
    assert space.encode(space.from_record(record)) == "ds=1,12,12,12:ws=16,24,24,40"
    with pytest.raises(ValueError, match="ss is"):
        NdsGrid(grid="resnet_in", pool=2).from_record(record)
