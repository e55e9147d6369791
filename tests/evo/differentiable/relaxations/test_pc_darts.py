"""Catches: edges that are not weighed, or whose weights play no part in what is derived."""

import pytest
import torch

from evo.differentiable.relaxations.base import Level
from evo.differentiable.relaxations.pc_darts import PcDarts
from spaces import SupernetOptions
from tests.evo.differentiable.small_supernets import begun, pass_of


def test_one_in_four_channels_goes_through_the_operations_and_edges_have_parameters() -> None:
    assert PcDarts().options() == SupernetOptions(portion=4, edge_alphas=True)
    assert PcDarts(portion=2).options().portion == 2


def test_edges_into_a_node_share() -> None:
    variant = PcDarts(portion=2)
    supernet = begun(variant, "darts")
    with torch.no_grad():
        for values in supernet.alphas.edges.values():
            values.zero_()
    edges = variant.gates(supernet.alphas, pass_of(Level.WEIGHTS)).cells["normal"].edges
    expected = torch.tensor([1 / node for node in (2, 3, 4, 5) for _ in range(node)])
    torch.testing.assert_close(edges, expected)


def test_the_edges_that_are_derived_are_strong_in_both() -> None:
    variant = PcDarts(portion=2)
    supernet = begun(variant, "darts")
    with torch.no_grad():
        for values in supernet.architecture_parameters():
            values.zero_()
        # Edges 2, 3 and 4 lead to node 3. Of its operations alone the first two would be kept.
        supernet.alphas.operations["normal"][2:5, 3] += torch.tensor([2.0, 1.5, 1.0])
        supernet.alphas.edges["normal"][2:5] += torch.tensor([0.0, -3.0, 3.0])
    kept = supernet.gates_of(variant.derive(supernet)).cells["normal"].computed
    assert [list(numbers) for numbers in (kept or ())[2:5]] == [[3], [], [3]]


def test_a_portion_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="portion=0"):
        PcDarts(portion=0)
