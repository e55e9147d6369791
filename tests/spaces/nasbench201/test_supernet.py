"""Catches: a supernet that computes something else than the benchmark's cell, residual blocks left out or in the wrong
place, an operation computed that no gate names, biases other than the published
program's or not handed on.
"""

from collections import Counter
from typing import Any

import pytest
import torch

from spaces import InputSpec, Supernet, SupernetOptions, inherit
from spaces.complexity import weightless
from spaces.nasbench201.cell import EDGES, OPERATIONS, NasBench201Cell
from spaces.nasbench201.space import NasBench201
from spaces.supernet.mixed_graph import MixedGraph

NAMES = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")


def supernet_of(options: SupernetOptions | None = None, **skeleton: int) -> Supernet[Any]:
    torch.manual_seed(0)
    space = NasBench201(**{"stem_channels": 4, "cells_per_stage": 2, **skeleton})
    return space.relax(InputSpec(3, 8), 10, options or SupernetOptions())


def test_every_edge_has_the_benchmarks_operations_in_its_order() -> None:
    assert supernet_of().candidates == {"cell": (NAMES,) * 6}
    assert OPERATIONS == NAMES


def test_its_weights_are_those_of_the_skeleton_and_of_both_convolutions_on_every_edge() -> None:
    with weightless():
        supernet = NasBench201().relax(InputSpec(), 10)
    counted = sum(parameter.numel() for parameter in supernet.weight_parameters())
    # stem 3 * 16 * 9 + 32; per reduction 9 * (in + out) * out + 4 * out + in * out; last norm 128; classifier 650
    reductions = sum(9 * (i + o) * o + 4 * o + i * o for i, o in ((16, 32), (32, 64)))
    edges = sum(5 * 6 * (9 + 1) * channels**2 for channels in (16, 32, 64))
    assert counted == 432 + 32 + reductions + 128 + 650 + edges


@pytest.mark.parametrize(("biases", "parameters"), [(False, 1_686_106), (True, 1_692_826)])  # the published program's
def test_with_biases_it_is_as_large_as_the_published_one(biases: bool, parameters: int) -> None:
    with weightless():
        supernet = NasBench201(biases=biases).relax(InputSpec(), 10)
    assert sum(parameter.numel() for parameter in supernet.weight_parameters()) == parameters


def test_its_biases_are_inherited_and_count_where_nothing_arrives() -> None:
    torch.manual_seed(0)
    space = NasBench201(stem_channels=4, cells_per_stage=1, biases=True)
    supernet = space.relax(InputSpec(3, 8), 10)
    cell = NasBench201Cell(("none", "nor_conv_1x1", "none", "nor_conv_3x3", "nor_conv_3x3", "skip_connect"))
    network = space.build(cell, InputSpec(3, 8), 10, searched=True)
    inherited = inherit(supernet, cell, network)
    assert (inherited.fresh, inherited.lost) == ((), ())
    x = torch.randn(4, 3, 8, 8)
    torch.testing.assert_close(network(x), supernet(x, supernet.gates_of(cell)))
    biases = {name: value for name, value in network.named_parameters() if name.endswith("conv.bias")}
    assert len(biases) == 9
    for name, value in biases.items():
        stage, edge = name.split(".")[1], name.split(".")[4]
        source, target = map(int, edge.split("_to_"))
        operation = cell.operations[EDGES.index((source, target))]
        own = supernet.get_submodule(
            f"body.stages.{stage}.1.edges.{EDGES.index((source, target))}.operations.{operation}"
        )
        assert torch.equal(value, own.conv.bias)


@pytest.mark.parametrize(("options", "cells"), [(None, 2), (SupernetOptions(cells=3), 3)])
def test_each_stack_has_its_cells_behind_a_block(options: SupernetOptions | None, cells: int) -> None:
    supernet = supernet_of(options)
    body: Any = supernet.body
    kinds = [[type(module).__name__ for module in stage] for stage in body.stages]
    first, *others = kinds
    assert first == ["Identity"] + ["MixedGraph"] * cells
    assert others == [["ReductionBlock"] + ["MixedGraph"] * cells] * 2
    maps = supernet.forward_features(torch.randn(2, 3, 8, 8))
    assert [tuple(each.shape) for each in maps] == [(2, 4, 8, 8), (2, 8, 4, 4), (2, 16, 2, 2)]


def test_a_single_path_computes_the_operations_of_the_cell_once_in_every_cell() -> None:
    supernet = supernet_of()
    called: Counter[str] = Counter()
    for graph in (module for module in supernet.modules() if isinstance(module, MixedGraph)):
        for edge in graph.edges:
            for name, operation in edge.operations.items():  # type: ignore[union-attr, operator]
                operation.register_forward_hook(lambda *_, name=name: called.update([name]))
    cell = NasBench201Cell(("none", "nor_conv_3x3", "skip_connect", "nor_conv_3x3", "avg_pool_3x3", "none"))
    supernet(torch.randn(2, 3, 8, 8), supernet.gates_of(cell))
    assert called == {"nor_conv_3x3": 12, "skip_connect": 6, "avg_pool_3x3": 6}


def test_a_cell_of_none_is_zero() -> None:
    supernet = supernet_of()
    maps = supernet.forward_features(torch.randn(2, 3, 8, 8), supernet.gates_of(NasBench201Cell(("none",) * 6)))
    assert not maps[0].any()


def test_normalisation_inside_cells_knows_the_batch_alone_whatever_the_space_says() -> None:
    torch.manual_seed(0)
    supernet = NasBench201(stem_channels=4, cells_per_stage=1, affine=True).relax(InputSpec(3, 8), 10)
    inside = {name: value for name, value in supernet.state_dict().items() if ".operations." in name}
    assert {name.rpartition(".")[2] for name in inside} == {"weight"}
    assert {value.ndim for value in inside.values()} == {4}


def test_a_number_of_cells_that_cannot_be_built_is_refused() -> None:
    with pytest.raises(ValueError, match="cells is 1001"):
        supernet_of(SupernetOptions(cells=1_001))


def test_an_image_that_cannot_be_halved_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="30"):
        NasBench201().relax(InputSpec(3, 30), 10)
