"""Catches: an edge that reads the wrong state or leads to the wrong node, a stride in the wrong place, an edge that
counts although it is left out, channels that pass where they should be processed, a shuffle forgotten or doubled;
what is added in the wrong place, or lost where nothing is computed.
"""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from spaces import Dropping
from spaces.cells.operations import build_operation
from spaces.supernet.mixed_edge import EdgeGates
from spaces.supernet.mixed_graph import MixedGraph, Wiring

EDGES = ((0, 2), (1, 2), (0, 3), (1, 3), (2, 3))
CANDIDATES = ("none", "skip_connect", "conv_1x1")
NONE, SKIP, CONV = range(3)


def graph_of(channels: int = 4, *, reduces: bool = False, portion: int = 1) -> MixedGraph:
    torch.manual_seed(0)
    return MixedGraph(
        Wiring(EDGES, (CANDIDATES,) * len(EDGES), lambda source: 2 if reduces and source < 2 else 1),
        lambda name, stride: build_operation(name, channels // portion, stride, affine=False),
        portion=portion,
    ).double()


def inputs(channels: int = 4) -> list[Tensor]:
    generator = torch.Generator().manual_seed(1)
    return [torch.randn(2, channels, 4, 4, dtype=torch.float64, generator=generator) for _ in range(2)]


def single(*numbers: int | None) -> list[EdgeGates]:
    return [EdgeGates(() if number is None else (number,)) for number in numbers]


def test_nodes_are_sums_of_the_edges_that_lead_to_them() -> None:
    graph, (a, b) = graph_of(), inputs()
    states = graph([a, b], single(SKIP, SKIP, CONV, NONE, SKIP))
    convolved = graph.edges[2].operations["conv_1x1"](a)  # type: ignore[union-attr, index, operator]
    expected = [a, b, a + b, convolved + (a + b)]
    assert all(map(torch.equal, states, expected))


def test_what_reads_an_input_has_the_stride() -> None:
    states = graph_of(reduces=True)(inputs(), single(SKIP, CONV, CONV, SKIP, SKIP))
    assert [tuple(state.shape[2:]) for state in states] == [(4, 4), (4, 4), (2, 2), (2, 2)]


@pytest.mark.parametrize("nothing", [None, NONE])
def test_a_node_that_nothing_leads_to_is_zero(nothing: int | None) -> None:
    states = graph_of(reduces=True)(inputs(), single(nothing, nothing, SKIP, nothing, SKIP))
    assert torch.equal(states[2], torch.zeros(2, 4, 2, 2, dtype=torch.float64))
    assert states[3].abs().sum() > 0


def test_an_edge_counts_as_much_as_its_scale() -> None:
    graph, (a, b) = graph_of(), inputs()
    gates = [EdgeGates((SKIP,), scale=torch.tensor(scale, dtype=torch.float64)) for scale in (0.5, 2, 1, 3, 0)]
    states = graph([a, b], gates)
    torch.testing.assert_close(states[2], 0.5 * a + 2 * b)
    torch.testing.assert_close(states[3], a + 3 * b)


def partially(graph: MixedGraph, states: list[Tensor], number: int, weights: Any, share: float) -> Tensor:
    """Return what one edge of PC-DARTS puts out, written as in the paper: concatenated and shuffled edge by edge."""
    source = EDGES[number][0]
    x, quarter = states[source], states[source].shape[1] // graph.portion
    operations: Any = graph.edges[number].operations
    mixed = sum(weights[k] * operations[name](x[:, :quarter]) for k, name in enumerate(CANDIDATES) if k != NONE)
    rest = x[:, quarter:]
    if rest.shape[-1] != mixed.shape[-1]:
        rest = functional.max_pool2d(rest, 2, 2)
    shuffled: Tensor = nn.ChannelShuffle(graph.portion)(torch.cat([mixed, rest], dim=1))
    return share * shuffled


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("reduces", [False, True])
def test_partial_channels_and_shares_of_edges_equal_the_paper_edge_by_edge(
    reduces: bool, layout: torch.memory_format
) -> None:
    graph = graph_of(8, reduces=reduces, portion=4).to(memory_format=layout)
    weights = torch.rand(5, 3, dtype=torch.float64)
    shares = [0.3, 0.7, 0.2, 0.5, 0.3]
    gates = [
        EdgeGates(range(3), row, scale=torch.tensor(share, dtype=torch.float64))
        for row, share in zip(weights, shares, strict=True)
    ]
    found = graph([x.contiguous(memory_format=layout) for x in inputs(8)], gates)
    expected = inputs(8)
    for numbers in ((0, 1), (2, 3, 4)):
        terms = [partially(graph, expected, number, weights[number], shares[number]) for number in numbers]
        expected.append(torch.stack(terms).sum(0))
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)
        assert one.is_contiguous(memory_format=layout) or layout is torch.contiguous_format


def test_channels_pass_an_edge_of_none_but_not_one_that_is_left_out() -> None:
    graph, (a, b) = graph_of(8, portion=4), inputs(8)
    states = graph([a, b], single(NONE, None, None, None, None))
    passed = torch.cat([torch.zeros_like(a[:, :2]), a[:, 2:]], dim=1)
    assert torch.equal(states[2], nn.ChannelShuffle(4)(passed))
    assert torch.equal(states[3], torch.zeros_like(a))


def test_a_dropped_path_takes_the_channels_that_pass_with_it() -> None:
    graph = graph_of(8, portion=4)
    gates = single(SKIP, None, None, None, None)
    gates[0] = EdgeGates((SKIP,), dropping=Dropping(torch.Generator().manual_seed(0), paths=0.5))
    a = torch.ones(64, 8, 4, 4, dtype=torch.float64)
    node = graph([a, a], gates)[2]
    assert {tuple(each.unique().tolist()) for each in node} == {(0.0,), (2.0,)}


def adding(number: int, added: Tensor, **more: Any) -> EdgeGates:
    return EdgeGates((number,), added=added, **more)


@pytest.mark.parametrize("reduces", [False, True])
def test_what_is_added_reaches_every_value_also_where_nothing_is_computed(reduces: bool) -> None:
    graph, (a, b) = graph_of(reduces=reduces), inputs()
    added = torch.tensor([0.5, 2.0, 3.0, 7.0], dtype=torch.float64, requires_grad=True)
    half = torch.tensor(0.5, dtype=torch.float64)
    gates = [
        *(adding(NONE, added[0]), adding(NONE, added[1], scale=half)),
        *(adding(SKIP, added[2]), EdgeGates((), added=added[3]), EdgeGates((NONE,))),
    ]
    states = graph([a, b], gates)
    side = 2 if reduces else 4
    assert torch.equal(states[2], torch.full((2, 4, side, side), 1.5, dtype=torch.float64))
    skipped = graph.edges[2].operations["skip_connect"](a)  # type: ignore[union-attr, index, operator]
    assert torch.equal(states[3], skipped + 3)  # an edge that is left out adds nothing
    slopes = torch.arange(2 * 4 * side * side, dtype=torch.float64).view_as(states[2])
    (states[2] * slopes + states[3]).sum().backward()
    total, count = float(slopes.sum()), slopes.numel()
    assert added.grad is not None
    assert added.grad.tolist() == [total, total / 2, count, 0]


def test_what_is_added_is_dropped_with_its_path_and_passes_no_channels() -> None:
    graph, one = graph_of(8, portion=4), torch.tensor(1.0, dtype=torch.float64)
    dropping = Dropping(torch.Generator().manual_seed(0), paths=0.5)
    a = torch.zeros(64, 8, 4, 4, dtype=torch.float64)
    node = graph([a, a], [adding(SKIP, one, dropping=dropping), *single(None, None, None, None)])[2]
    assert {tuple(each.unique().tolist()) for each in node} == {(0.0,), (0.0, 2.0)}
    assert (node != 0).any(dim=3).any(dim=2).sum(dim=1).unique().tolist() == [0, 2]  # two channels of eight


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_what_is_added_changes_neither_type_nor_layout(layout: torch.memory_format) -> None:
    graph = graph_of().float().to(memory_format=layout)
    states = [x.float().contiguous(memory_format=layout) for x in inputs()]
    found = []
    for added in (None, torch.tensor(0.25)):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found.append(graph(states, [EdgeGates((CONV,), added=added)] * 5)[2])
    without, with_it = found
    assert with_it.dtype is without.dtype
    assert with_it.is_contiguous(memory_format=layout)
    torch.testing.assert_close(with_it, without + 0.5)
