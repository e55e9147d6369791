"""Catches: a mean that moves, one draw for a whole batch or for all of an image's paths, something dropped in
evaluation mode, an identity that is dropped, a draw that is not the generator's.
"""

import pytest
import torch
from torch import Tensor, nn

from spaces import CellularNetwork
from spaces.cells.drop_path import DropPath
from spaces.cells.genotype import Concatenation, genotype_of, paired
from spaces.cells.network import CellLayout, CellNetwork, build_cell_network
from spaces.cells.operations import FactorizedReduce

NORMAL = paired([("conv_1x1", 0), ("skip_connect", 1)])
REDUCTION = paired([("skip_connect", 0), ("max_pool_3x3", 1)])


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def network() -> CellNetwork:
    torch.manual_seed(0)
    return build_cell_network(genotype_of(NORMAL, REDUCTION, Concatenation.ALL), CellLayout(2, 6), 3, 10)


def dropped(chance: float, seed: int = 0, *, count: int = 4000, train: bool = True) -> Tensor:
    """Return what is left of ones [B, 2, 3, 3]."""
    module = nn.Sequential(nn.Dropout(0)).train(train)
    paths = DropPath([module])
    paths.set(chance, seeded(seed))
    return module(torch.ones(count, 2, 3, 3))


def test_whole_images_are_left_out_and_the_mean_stays() -> None:
    left = dropped(0.25)
    assert torch.equal(left, left[:, :1, :1, :1].expand_as(left))
    assert left.unique().tolist() == [0.0, pytest.approx(4 / 3)]
    assert float((left == 0).float().mean()) == pytest.approx(0.25, abs=0.03)
    assert float(left.mean()) == pytest.approx(1, abs=0.04)


def test_draws_are_those_of_the_generator() -> None:
    assert torch.equal(dropped(0.5, 1), dropped(0.5, 1))
    assert not torch.equal(dropped(0.5, 1), dropped(0.5, 2))


def test_nothing_is_dropped_in_evaluation_mode_or_at_chance_zero() -> None:
    assert torch.equal(dropped(0.5, train=False), torch.ones(4000, 2, 3, 3))
    assert torch.equal(dropped(0.0), torch.ones(4000, 2, 3, 3))


@pytest.mark.parametrize("chance", [-0.1, 1.0])
def test_a_chance_that_leaves_nothing_is_refused(chance: float) -> None:
    with pytest.raises(ValueError, match=r"chance=.*less than 1 is needed"):
        DropPath([]).set(chance, seeded())


def test_all_operations_of_cells_but_identities_are_droppable() -> None:
    cells, built = 6, network()
    assert isinstance(built, CellularNetwork)
    found = built.droppable()
    reductions = [module for module in found if isinstance(module, FactorizedReduce)]
    assert len(found) == 2 * cells - 4  # of the skips, those of the four normal cells are identities
    assert len(reductions) == 2
    assert not any(isinstance(module, nn.Identity) for module in found)


def test_paths_of_one_image_are_dropped_one_by_one_and_names_of_weights_stay() -> None:
    built, x = network(), torch.randn(8, 3, 8, 8, generator=seeded())
    names, seen = list(built.state_dict()), list[Tensor]()
    DropPath(built.droppable()).set(0.5, seeded())
    for module in built.droppable():
        module.register_forward_hook(lambda module, inputs, output: seen.append(output.flatten(1).abs().sum(1) == 0))
    built(x)
    assert list(built.state_dict()) == names
    assert len({tuple(gone.tolist()) for gone in seen}) > 1
    assert any(gone.any() for gone in seen)


@pytest.mark.parametrize("cells", [3, 6, 20])
def test_the_auxiliary_classifier_reads_the_reduction_cell_at_two_thirds(cells: int) -> None:
    built = build_cell_network(genotype_of(NORMAL, REDUCTION, Concatenation.LOOSE_ENDS), CellLayout(2, cells), 3, 10)
    found, channels = built.two_thirds()
    every = [cell for stage in built.stages for cell in stage.children()]
    assert every.index(found) == 2 * cells // 3
    maps: list[Tensor] = []
    found.register_forward_hook(lambda module, inputs, output: maps.append(output))
    built(torch.randn(2, 3, 16, 16))
    assert maps[0].shape == (2, channels, 4, 4)
