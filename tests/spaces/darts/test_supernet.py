"""Catches: a supernet whose size differs from the published ones, a cell that obeys another one's gates, an operation
computed that no gate names, a normalisation with a scale, or none behind pooling.
"""

from collections import Counter
from typing import Any

import pytest
import torch
from torch import nn

from fitness.objectives.contrastive import Contrastive
from spaces import CellGates, Gates, InputSpec, Supernet, SupernetOptions, count_parameters
from spaces.cells.network import CellLayout, Stem
from spaces.cells.operations import FactorizedReduce
from spaces.complexity import weightless
from spaces.darts.edges import EDGE_CANDIDATES, PATHS
from spaces.darts.layered import LayeredDarts
from spaces.darts.space import DartsCells
from spaces.darts.supernet import DartsSupernetBody, MixedCell
from spaces.supernet.gates import single_paths
from tasks.images.noise import NoiseImages

SHAPE = (3, 1000)


def weights_of(supernet: Supernet[Any]) -> int:
    return sum(parameter.numel() for parameter in supernet.weight_parameters())


@pytest.mark.parametrize(("cells", "weights"), [(5, 1_275_834), (8, 1_930_618)], ids=str)
def test_supernets_of_s0_have_the_published_size(cells: int, weights: int) -> None:
    with weightless():
        supernet = DartsCells().relax(InputSpec(), 10, SupernetOptions(cells=cells))
    assert weights_of(supernet) == weights


def test_the_full_size_supernet_of_sswp_has_the_published_size_with_its_head_and_without() -> None:
    with weightless():
        supernet = LayeredDarts().relax(InputSpec(), 10)
        head = Contrastive(source=NoiseImages(32)).head(supernet.feature_info)
    assert supernet.feature_info[-1].channels == 576
    without = weights_of(supernet) - count_parameters(supernet.body.classifier)
    assert without == 19_926_540
    assert without + count_parameters(head) == 20_332_748
    assert sum(parameter.numel() for parameter in supernet.architecture_parameters()) == 1_960


@pytest.mark.parametrize(
    ("channels", "cells", "candidates", "millions"),
    [(16, 8, EDGE_CANDIDATES["s0"].normal, 2.186), (48, 14, (PATHS,) * 14, 25.17)],
    ids=["DARTS", "SSWP-NAS"],
)
def test_supernets_for_imagenet_have_the_published_size(
    channels: int, cells: int, candidates: Any, millions: float
) -> None:
    layout = CellLayout(channels, cells, Stem.IMAGENET)
    with weightless():
        body = DartsSupernetBody(["cell"] * cells, {"cell": candidates}, layout, SHAPE, SupernetOptions())
    counted = count_parameters(body)
    if millions > 25:  # published with the projection head instead of a classifier
        counted += 768 * 768 + 768 + 768 * 128 + 128 - count_parameters(body.classifier)
    assert round(counted / 1e6, 3 if millions < 25 else 2) == millions


def supernet_of(cells: int = 4, options: SupernetOptions | None = None) -> Supernet[Any]:
    torch.manual_seed(0)
    return DartsCells(channels=2, cells=cells).relax(InputSpec(3, 8), 10, options or SupernetOptions())


def test_normalisation_has_no_scale_but_in_the_stem() -> None:
    supernet = supernet_of()
    scaled = {
        name
        for name, module in supernet.named_modules()
        if isinstance(module, nn.BatchNorm2d) and module.weight is not None
    }
    assert scaled == {"body.stem.layers.1"}


def test_pooling_is_normalised() -> None:
    cell = next(module for module in supernet_of().modules() if isinstance(module, MixedCell))
    for name in ("max_pool_3x3", "avg_pool_3x3"):
        layers: Any = cell.graph.edges[0].operations[name]  # type: ignore[union-attr, index]
        assert isinstance(layers[-1], nn.BatchNorm2d)


def calls_of(supernet: Supernet[Any], gates: Gates) -> Counter[tuple[int, str]]:
    """Return how often each operation was run, by the number of the cell and the name of the operation."""
    called: Counter[tuple[int, str]] = Counter()
    cells = [module for module in supernet.modules() if isinstance(module, MixedCell)]
    for number, cell in enumerate(cells):
        for edge in cell.graph.edges:
            for name, operation in edge.operations.items():  # type: ignore[union-attr, operator]
                operation.register_forward_hook(lambda *_, key=(number, name): called.update([key]))
    supernet(torch.randn(2, 3, 8, 8), gates)
    return called


def test_cells_of_one_name_obey_its_gates_and_a_single_path_costs_one_operation_on_every_edge() -> None:
    names = EDGE_CANDIDATES["s0"].normal[0]
    dil, skip = names.index("dil_conv_3x3"), names.index("skip_connect")
    called = calls_of(supernet_of(), single_paths({"normal": [dil] * 14, "reduction": [skip] * 14}))
    reducing = (1, 2)  # of four
    assert called == {(number, "skip_connect" if number in reducing else "dil_conv_3x3"): 14 for number in range(4)}


def test_the_mixture_computes_all_but_none() -> None:
    supernet = supernet_of(cells=3)
    called = calls_of(supernet, supernet.mixture())
    assert called == {(number, name): 14 for number in range(3) for name in EDGE_CANDIDATES["s0"].normal[0][1:]}


def test_in_a_layered_supernet_every_cell_has_gates_of_its_own() -> None:
    torch.manual_seed(0)
    supernet = LayeredDarts(channels=2, cells=3).relax(InputSpec(3, 8), 10)
    frozen = CellGates(computed=[(PATHS.index("skip_connect"),)] * 14)
    gates = Gates({**supernet.mixture().cells, "cell_1": frozen})
    called = calls_of(supernet, gates)
    assert {name for number, name in called if number == 1} == {"skip_connect"}
    assert sum(count for (number, _), count in called.items() if number == 1) == 14
    assert sum(called.values()) == 14 + 2 * 14 * 7


def test_the_architecture_of_a_frozen_cell_gets_no_gradient_and_of_the_others_does() -> None:
    torch.manual_seed(0)
    supernet = LayeredDarts(channels=2, cells=3).relax(InputSpec(3, 8), 10)
    gates = Gates({**supernet.mixture().cells, "cell_0": CellGates(computed=[(0,)] * 14)})
    supernet(torch.randn(2, 3, 8, 8), gates).square().sum().backward()
    gradients = {name: values.grad for name, values in supernet.alphas.operations.items()}
    assert gradients["cell_0"] is None
    assert all((gradients[name] != 0).any() for name in ("cell_1", "cell_2"))


def test_restricted_candidates_are_all_that_is_built() -> None:
    chosen = [["skip_connect", "sep_conv_3x3"]] * 7 + [["none", "max_pool_3x3"]] * 7
    options = SupernetOptions(candidates={"normal": chosen, "reduction": chosen}, cells=5)
    supernet = supernet_of(options=options)
    cells = [module for module in supernet.modules() if isinstance(module, MixedCell)]
    assert len(cells) == 5
    for cell in cells:
        built = [set(edge.operations) for edge in cell.graph.edges]  # type: ignore[union-attr, arg-type]
        assert built == [{"skip_connect", "sep_conv_3x3"}] * 7 + [{"max_pool_3x3"}] * 7
    assert supernet.alphas.operations["normal"].shape == (14, 2)
    assert supernet(torch.randn(2, 3, 8, 8)).shape == (2, 10)


def test_a_portion_narrows_operations_alone() -> None:
    torch.manual_seed(0)
    supernet = DartsCells(channels=4, cells=3).relax(InputSpec(3, 8), 10, SupernetOptions(portion=4))
    body: Any = supernet.body
    weights = [module.weight for module in body.stages[2][0].graph.modules() if isinstance(module, nn.Conv2d)]
    assert {weight.shape[0] for weight in weights} == {4, 2}  # 16 channels; a factorised reduction has two halves
    assert body.stages[2][0].align_newer[1].weight.shape[0] == 16
    assert [info.channels for info in supernet.feature_info] == [16, 32, 64]


@pytest.mark.parametrize("cells", [2, 1_001])
def test_a_number_of_cells_that_cannot_be_built_is_refused(cells: int) -> None:
    with pytest.raises(ValueError, match=f"cells is {cells}"):
        supernet_of(options=SupernetOptions(cells=cells))


@pytest.mark.parametrize("portion", [1, 2])
def test_maps_keep_their_layout(portion: int) -> None:
    options = SupernetOptions(portion=portion)
    supernet = DartsCells(channels=4, cells=3).relax(InputSpec(3, 8), 10, options).to(memory_format=torch.channels_last)
    seen: list[bool] = []
    for module in supernet.modules():
        if isinstance(module, nn.Conv2d | nn.BatchNorm2d):
            module.register_forward_pre_hook(
                lambda _, inputs: seen.append(inputs[0].is_contiguous(memory_format=torch.channels_last))
            )
    supernet(torch.randn(2, 3, 8, 8).contiguous(memory_format=torch.channels_last))
    # a factorised reduction reads a part of a map: what is left without the first row and column
    assert seen.count(False) == sum(isinstance(module, FactorizedReduce) for module in supernet.modules())
