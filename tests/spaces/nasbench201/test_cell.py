"""Catches: cells of one function told apart, cells of different functions taken for one, a sum read as a set, a term of
zeros that counts, an expression that the network does not compute.
"""

from collections import Counter, defaultdict

import pytest
import torch

from spaces.nasbench201.cell import EDGES, functional_class
from spaces.nasbench201.network import NasBench201CellModule
from spaces.nasbench201.space import NasBench201

CELLS = [cell.operations for cell in NasBench201().candidates()]
SKIP, ONE, THREE, AVERAGE, NONE = "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3", "none"


def test_all_cells_have_as_many_classes_as_counted_by_others_and_one_for_those_without_a_path() -> None:
    sizes = Counter(map(functional_class, CELLS))
    assert sizes.total() == 15_625
    assert len(sizes) == 4_930
    assert sizes["0"] == 341


def published_string(operations: tuple[str, ...], mark_zeros: bool) -> str:
    """Return the string that the benchmark's authors count cells by: a skip is its source, whatever that is.

    mark_zeros: whether a zero, and what is computed from zeros alone, is written ``#``; it stays a summand.
    """
    nodes = {0: "0"}
    for target in (1, 2, 3):
        summands = []
        for (source, into), operation in zip(EDGES, operations, strict=True):
            if into != target:
                continue
            if mark_zeros and (operation == NONE or nodes[source] == "#"):
                summands.append("#")
            else:
                summands.append(nodes[source] if operation == SKIP else f"({nodes[source]})@{operation}")
        nodes[target] = "+".join(sorted(summands))
    return nodes[3]


def test_cells_that_the_published_strings_identify_are_of_one_class() -> None:
    assert len({published_string(cell, mark_zeros=False) for cell in CELLS}) == 12_751
    class_of = defaultdict(set)
    for cell in CELLS:
        class_of[published_string(cell, mark_zeros=True)].add(functional_class(cell))
    assert len(class_of) == 6_466
    assert all(len(classes) == 1 for classes in class_of.values())


# Opaque, not linear, and zero at zero; numbers beyond chance agreement.
PRIME = 2**61 - 1
FUNCTIONS = {
    NONE: lambda x: 0,
    SKIP: lambda x: x,
    ONE: lambda x: x * (x + 1_234_567_891) % PRIME,
    THREE: lambda x: x * (x * x + 987_654_321) % PRIME,
    AVERAGE: lambda x: x * (x * x * x + 192_837_465) % PRIME,
}


def value(operations: tuple[str, ...]) -> int:
    nodes = [314_159_265_358_979, 0, 0, 0]
    for (source, target), operation in zip(EDGES, operations, strict=True):
        nodes[target] = (nodes[target] + FUNCTIONS[operation](nodes[source])) % PRIME
    return nodes[3]


def test_two_cells_are_of_one_class_if_and_only_if_they_agree_for_arbitrary_operations() -> None:
    pairs = {(functional_class(cell), value(cell)) for cell in CELLS}
    assert len(pairs) == len({name for name, _ in pairs}) == len({number for _, number in pairs})


@pytest.mark.parametrize(
    ("operations", "expression"),
    [
        ((NONE, NONE, NONE, SKIP, NONE, NONE), "x"),
        ((SKIP, SKIP, NONE, SKIP, SKIP, SKIP), "x+x+x"),
        ((NONE, NONE, THREE, ONE, THREE, AVERAGE), "nor_conv_1x1(x)"),  # what reads node 1 or 2 reads zeros
        ((THREE, SKIP, SKIP, AVERAGE, NONE, SKIP), "avg_pool_3x3(x)+nor_conv_3x3(x)+x"),
        ((THREE, SKIP, SKIP, NONE, NONE, AVERAGE), "avg_pool_3x3(nor_conv_3x3(x)+x)"),
        ((AVERAGE, NONE, ONE, NONE, NONE, SKIP), "nor_conv_1x1(avg_pool_3x3(x))"),
        ((ONE, NONE, AVERAGE, NONE, NONE, SKIP), "avg_pool_3x3(nor_conv_1x1(x))"),
        ((THREE, NONE, NONE, NONE, NONE, SKIP), "0"),
    ],
)
def test_expressions_written_by_hand(operations: tuple[str, ...], expression: str) -> None:
    assert functional_class(operations) == expression


@pytest.mark.parametrize(
    ("one", "other", "same_weights"),
    [
        # a convolution then two skips, and the convolution alone
        ((THREE, NONE, SKIP, NONE, NONE, SKIP), (NONE, NONE, NONE, THREE, NONE, NONE), {(0, 3): (0, 1)}),
        # a skip over a sum, and its terms one by one; nodes 1 and 2 exchanged
        (
            (ONE, SKIP, SKIP, NONE, NONE, SKIP),
            (SKIP, ONE, NONE, NONE, SKIP, SKIP),
            {(0, 2): (0, 1)},
        ),
        # dead edges beside a live one
        ((NONE, NONE, THREE, ONE, THREE, AVERAGE), (ONE, NONE, NONE, NONE, SKIP, NONE), {(0, 1): (0, 3)}),
        # one convolution read twice, and two of equal weights
        (
            (THREE, NONE, SKIP, NONE, SKIP, SKIP),
            (THREE, THREE, NONE, NONE, SKIP, SKIP),
            {(0, 1): (0, 1), (0, 2): (0, 1)},
        ),
        # of another class
        (
            (THREE, ONE, AVERAGE, SKIP, SKIP, ONE),
            (ONE, THREE, NONE, SKIP, NONE, SKIP),
            None,
        ),
    ],
)
def test_cells_of_one_class_compute_the_same_from_the_same_weights(
    one: tuple[str, ...], other: tuple[str, ...], same_weights: dict[tuple[int, int], tuple[int, int]] | None
) -> None:
    torch.manual_seed(0)
    first, second = (NasBench201CellModule(cell, 4, affine=False).double() for cell in (one, other))
    for to_edge, from_edge in (same_weights or {}).items():
        source, target = (f"{edge[0]}_to_{edge[1]}" for edge in (from_edge, to_edge))
        second.layers[target].load_state_dict(first.layers[source].state_dict())
    x = torch.randn(3, 4, 6, 6, dtype=torch.float64)
    assert (functional_class(one) == functional_class(other)) is (same_weights is not None)
    assert torch.allclose(first(x), second(x)) is (same_weights is not None)
