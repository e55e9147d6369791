"""Catches: a candidate outside its family let in, a published record misread, a mutation that changes more than one
choice or one without effect, an option that changes nothing, the wrong stem.
"""

from collections import Counter
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import torch

from spaces import SPACES, InputSpec, count_complexity, count_parameters
from spaces.cells.genotype import choices, paired
from spaces.cells.network import CifarStem, ImageNetStem
from spaces.nds.cell_families import FAMILIES
from spaces.nds.cells import NdsCells, NdsCellsCandidate

NAMES = [name for name in SPACES.builtin if name.startswith("nds_") and name.split("_")[1] in FAMILIES]

# A network of the study's DARTS family with fixed width and depth, as UnNAS lists it.
NORMAL = [
    ["avg_pool_3x3", 1],
    ["sep_conv_3x3", 1],
    ["sep_conv_5x5", 1],
    ["dil_conv_5x5", 1],
    ["none", 0],
    ["dil_conv_3x3", 2],
    ["dil_conv_3x3", 2],
    ["sep_conv_3x3", 1],
]
REDUCE = [
    ["sep_conv_3x3", 0],
    ["dil_conv_3x3", 0],
    ["skip_connect", 0],
    ["dil_conv_3x3", 0],
    ["none", 1],
    ["dil_conv_5x5", 1],
    ["dil_conv_3x3", 4],
    ["skip_connect", 4],
]
CONCAT = [2, 3, 4, 5]
GENOTYPE = {"normal": NORMAL, "normal_concat": CONCAT, "reduce": REDUCE, "reduce_concat": CONCAT}
RECORD = {"genotype": GENOTYPE, "width": 16, "depth": 20, "aux": False, "drop_prob": 0.0}
TEXT = (
    "width=16:depth=20:"
    "normal=avg_pool_3x3~1,sep_conv_3x3~1/sep_conv_5x5~1,dil_conv_5x5~1/none~0,dil_conv_3x3~2/dil_conv_3x3~2,sep_conv_3x3~1:"
    "reduction=sep_conv_3x3~0,dil_conv_3x3~0/skip_connect~0,dil_conv_3x3~0/none~1,dil_conv_5x5~1/dil_conv_3x3~4,skip_connect~4"
)


def values_of(candidate: NdsCellsCandidate) -> list[object]:
    """Return every choice of a candidate: operations, sources, width, depth."""
    flat = [value for choice in choices(candidate.normal + candidate.reduction) for value in choice]
    return [*flat, candidate.width, candidate.depth]


def test_the_sixteen_forms_are_registered_by_name() -> None:
    cifar = {"nds_darts", "nds_amoeba", "nds_enas", "nds_nasnet", "nds_pnas", "nds_darts_f", "nds_enas_f", "nds_pnas_f"}
    assert set(NAMES) == cifar | {f"{name}_in" for name in cifar}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_means_its_family_and_form(name: str) -> None:
    space, rng = SPACES.build(name, {}), np.random.default_rng(0)
    candidates = [space.sample(rng) for _ in range(200)]
    used = {operation for c in candidates for operation, _ in choices(c.normal + c.reduction)}
    assert used == set(FAMILIES[name.split("_")[1]].operations)
    fixed, imagenet = "_f" in name, name.endswith("_in")
    widths = ((32,) if fixed else (32, 48, 64, 80, 96)) if imagenet else ((16,) if fixed else (16, 24, 32))
    assert {c.width for c in candidates} == set(widths)
    assert max(c.depth for c in candidates) == (22 if imagenet else 20)
    assert len({c.depth for c in candidates}) == (1 if fixed else 5)
    assert space.size() == FAMILIES[name.split("_")[1]].cells ** 2 * len(widths) * (1 if fixed else 5)


def test_a_published_record_is_read() -> None:
    space = NdsCells(fixed=True)
    candidate = space.from_record(RECORD)
    assert space.encode(candidate) == TEXT
    assert space.decode(TEXT) == candidate
    assert NdsCells().from_record(RECORD) == candidate


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 17}, "width is 17; allowed: 16, 24, 32"),
        ({"depth": 6}, "depth is 6; allowed: 4, 8, 12, 16, 20"),
        ({"width": "16"}, "a width and a depth"),
        ({"depth": 20.0}, "a width and a depth"),
        ({"genotype": None}, "has a genotype"),
        ({"genotype": {**GENOTYPE, "normal_concat": [3, 4, 5]}}, "by the rule all"),
        ({"genotype": {**GENOTYPE, "reduce": REDUCE[:6], "reduce_concat": [2, 3, 4]}}, "reduction cell has 3 nodes"),
        ({"genotype": {**GENOTYPE, "normal": [["noise", 0], *NORMAL[1:]]}}, "operation of the normal cell 'noise'"),
    ],
)
def test_another_record_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NdsCells().from_record({**RECORD, **change})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("width=16", "width=18", "width is 18"),
        ("width=16", "width=016", "width is '016'"),
        ("depth=20", "depth=22", "depth is 22"),
        ("depth=20:", "", "does not have the form width"),
        ("avg_pool_3x3~1", "avg_pool_5x5~1", "did you mean 'avg_pool_3x3'"),
        ("avg_pool_3x3~1", "avg_pool_3x3~2", "of node 2 reads state 2"),
        ("dil_conv_3x3~4,skip_connect~4", "dil_conv_3x3~4", "node 5"),
        ("/dil_conv_3x3~4,skip_connect~4", "", "3 nodes instead of 4"),
    ],
)
def test_a_bad_text_is_refused_with_the_part_that_is_wrong(old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(ValueError, match=message):
        NdsCells().decode(TEXT.replace(old, new))


def test_a_candidate_of_another_family_is_not_mutated() -> None:
    amoeba = NdsCells(family="amoeba").sample(np.random.default_rng(0))
    with pytest.raises(ValueError, match="5 nodes instead of 4"):
        NdsCells().mutate(amoeba, np.random.default_rng(0))


@pytest.mark.parametrize(("width", "depth"), [(1, 8), (16, 2)])
def test_a_candidate_too_small_to_build_cannot_be_made(width: int, depth: int) -> None:
    nodes = paired([("none", 0), ("none", 1)])
    with pytest.raises(ValueError, match="at least 2 and 3"):
        NdsCellsCandidate(nodes, nodes, width, depth)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_mutation_changes_one_choice_and_in_time_each_to_each_value(family: str) -> None:
    space, rng = NdsCells(family=family), np.random.default_rng(1)
    parent = space.sample(rng)
    before, seen = values_of(parent), Counter[tuple[int, object]]()
    for _ in range(3_000):
        after = values_of(space.mutate(parent, rng))
        changed = [index for index, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        assert len(changed) == 1
        seen[changed[0], after[changed[0]]] += 1
    positions = {index for index, _ in seen}
    assert positions == set(range(len(before)))
    assert {value for index, value in seen if index == len(before) - 1} == {4, 8, 12, 16, 20} - {parent.depth}
    rates = Counter[int]()
    for (index, _), count in seen.items():
        rates[index] += count
    expected = 3_000 / len(before)
    assert all(abs(rate - expected) < 5 * expected**0.5 for rate in rates.values())


@pytest.mark.parametrize("options", [{"fixed": True}, {"width": 8, "depth": 3}])
def test_width_and_depth_stay_where_they_are_not_free(options: dict[str, Any]) -> None:
    space, rng = NdsCells(**options), np.random.default_rng(2)
    parent = space.sample(rng)
    for _ in range(500):
        child = space.mutate(parent, rng)
        assert (child.width, child.depth) == (parent.width, parent.depth)


def test_sources_and_operations_are_uniform() -> None:
    space, rng = NdsCells(), np.random.default_rng(3)
    candidates = [space.sample(rng) for _ in range(2_000)]
    for index, count in ((0, 8), (1, 2), (15, 5), (30, 8), (31, 5), (32, 3), (33, 5)):
        seen = Counter(values_of(candidate)[index] for candidate in candidates)
        assert len(seen) == count
        expected = 2_000 / count
        assert (
            sum((observed - expected) ** 2 / expected for observed in seen.values()) < 30
        )  # .999 of 7 degrees is 24.3


def test_choices_are_independent_of_each_other() -> None:
    space, rng = NdsCells(family="enas"), np.random.default_rng(4)
    drawn = np.array([[hash(value) % 97 for value in values_of(space.sample(rng))] for _ in range(1_000)], dtype=float)
    correlation = np.corrcoef(drawn, rowvar=False)
    assert max(abs(correlation[i, j]) for i, j in combinations(range(len(correlation)), 2)) < 0.16


def test_options_override_what_is_built() -> None:
    candidate = NdsCells().decode(TEXT)
    network = NdsCells(width=4, depth=3).build(candidate, InputSpec(), 10)
    assert [info.channels for info in network.feature_info] == [16, 32, 64]
    assert [len(list(stage.children())) for stage in network.stages] == [1, 1, 1]
    own = NdsCells().build(candidate, InputSpec(), 10)
    assert [info.channels for info in own.feature_info] == [64, 128, 256]
    assert [len(list(stage.children())) for stage in own.stages] == [6, 7, 7]


@pytest.mark.parametrize(
    ("stem", "size", "reduction"),
    [("auto", 32, 1), ("auto", 96, 1), ("auto", 128, 8), ("auto", 224, 8), ("imagenet", 32, 8), ("small", 224, 1)],
)
def test_the_stem_follows_the_option_and_the_size(stem: str, size: int, reduction: int) -> None:
    space = NdsCells(imagenet=True, stem=stem, width=4, depth=3)
    network = space.build(space.sample(np.random.default_rng(0)), InputSpec(3, size), 10)
    assert isinstance(network.stem, ImageNetStem)
    assert [info.reduction for info in network.feature_info] == [reduction, 2 * reduction, 4 * reduction]


def test_cifar_forms_have_the_cifar_stem_at_any_size() -> None:
    space = NdsCells(width=4, depth=3)
    assert isinstance(space.build(space.sample(np.random.default_rng(0)), InputSpec(3, 224), 10).stem, CifarStem)


def test_the_imagenet_stem_needs_a_multiple_of_32_pixels() -> None:
    space = NdsCells(imagenet=True, width=4, depth=3)
    candidate = space.sample(np.random.default_rng(0))
    with pytest.raises(ValueError, match="200 is not a positive multiple of 32"):
        space.build(candidate, InputSpec(3, 200), 10)
    with pytest.raises(ValueError, match="30 is not a positive multiple of 4"):
        space.build(candidate, InputSpec(3, 30), 10)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"family": "dart"}, "did you mean 'darts'"),
        ({"stem": "large", "imagenet": True}, "stem is 'large'; allowed in this form: auto, imagenet, small"),
        ({"stem": "small"}, "stem is 'small'; allowed in this form: auto$"),
        ({"width": 1}, "width is 1"),
        ({"width": -2}, "width is -2"),
        ({"depth": 2}, "depth is 2"),
    ],
)
def test_a_bad_option_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NdsCells(**options)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("imagenet", [False, True])
def test_sampled_members_train_at_32_pixels(family: str, imagenet: bool, count_layers: Callable[..., Any]) -> None:
    space = NdsCells(family=family, imagenet=imagenet, width=4, depth=4)
    candidate = space.sample(np.random.default_rng(5))
    network = space.build(candidate, InputSpec(), 10)
    maps = network.forward_features(torch.randn(2, 3, 32, 32))
    sum(feature.square().mean() for feature in maps).backward()  # type: ignore[union-attr]
    assert all(feature.isfinite().all() for feature in maps)
    assert all(p.grad is None or p.grad.isfinite().all() for p in network.parameters())
    counted = count_complexity(space, candidate, InputSpec(), 10)
    assert (counted.params, counted.macs) == (count_parameters(network), count_layers(network, 32).macs)


def test_the_graph_has_all_operations_of_both_cells() -> None:
    space = NdsCells(family="nasnet")
    candidate = space.sample(np.random.default_rng(6))
    graph = space.to_graph(candidate)
    operations = Counter(op for _, op in graph.nodes(data="op"))
    expected = Counter(operation for operation, _ in choices(candidate.normal + candidate.reduction))
    assert operations - Counter(input=4, sum=10, concat=2) == expected
