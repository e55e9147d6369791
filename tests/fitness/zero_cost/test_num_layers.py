"""Catches: biases, normalisation, frozen weights or reused layers that are counted, products of a cell that are not."""

import torch
from torch import Tensor, nn

from fitness.zero_cost.num_layers import num_layers
from spaces import InputSpec, SequenceSpec
from spaces.nasbench201.cell import EDGES
from spaces.nasbench201.space import NasBench201
from spaces.nasbench_nlp.space import NasBenchNlp
from tests.spaces.reference_cells import LSTM, RNN

NOTHING = torch.ones(2, 2)


def count(network: nn.Module) -> float:
    return num_layers(network, NOTHING, NOTHING)


def test_trained_weights_count_and_nothing_else() -> None:
    frozen = nn.Linear(2, 2).requires_grad_(requires_grad=False)
    twice = nn.Linear(2, 2)
    layers = [nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), twice, twice, frozen]
    assert count(nn.Sequential(*layers)) == 2
    assert count(nn.Flatten()) == 0


def test_a_layer_that_holds_several_counts_as_so_many() -> None:
    class Stacked(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.ones(6, 2))

        def layer_weights(self) -> list[tuple[Tensor, int]]:
            return [(self.weight, 3)]

    assert count(nn.Sequential(nn.Linear(2, 2), Stacked())) == 4


def test_a_cell_has_as_many_layers_more_as_convolutions() -> None:
    space, cells = NasBench201(cells_per_stage=2), 3 * 2
    sizes = []
    for convolutions in range(4):
        names = ["nor_conv_3x3"] * convolutions + ["skip_connect"] * (len(EDGES) - convolutions)
        text = "|{}~0|+|{}~0|{}~1|+|{}~0|{}~1|{}~2|".format(*names)
        sizes.append(count(space.build(space.decode(text), InputSpec(3, 32), 10)))
    # a stem, two reductions of three convolutions, a classifier
    assert sizes == [1 + 2 * 3 + 1 + cells * convolutions for convolutions in range(4)]


def test_every_product_of_a_recurrent_cell_is_a_layer() -> None:
    space = NasBenchNlp(emsize=4, nhid=4)
    # an encoder, three layers of a cell, a decoder; the RNN's one linear node reads two operands, the LSTM's four do
    for text, products in ((RNN, 2), (LSTM, 8)):
        assert count(space.build(space.decode(text), SequenceSpec(), 5)) == 1 + 3 * products + 1
