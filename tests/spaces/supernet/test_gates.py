"""Catches: a softmax over the wrong axis, edges that share with edges into another node, strengths without the edge's
part.
"""

import math

import pytest
import torch

from spaces import Alphas, CellGates, Gates
from spaces.supernet.gates import edge_shares, mixture, single_paths, strengths_of

EDGES = ((0, 2), (1, 2), (0, 3), (1, 3), (2, 3))


def test_operations_of_one_edge_share_by_their_softmax() -> None:
    alphas = torch.tensor([[0.0, math.log(3)], [math.log(4), 0.0]])
    gates = mixture(Alphas({"cell": alphas}, {}), EDGES[:2])
    weights = gates.cells["cell"].weights
    torch.testing.assert_close(weights, torch.tensor([[0.25, 0.75], [0.8, 0.2]]))
    assert gates.cells["cell"].edges is None
    assert gates.cells["cell"].computed is None


def test_edges_share_with_those_into_the_same_node() -> None:
    values = torch.tensor([0.0, math.log(3), math.log(2), 0.0, 0.0])
    torch.testing.assert_close(edge_shares(values, EDGES), torch.tensor([0.25, 0.75, 0.5, 0.25, 0.25]))


def test_the_strength_of_an_operation_is_its_share_times_that_of_its_edge() -> None:
    alphas = Alphas({"cell": torch.zeros(5, 2)}, {"cell": torch.tensor([0.0, math.log(3), 0.0, 0.0, 0.0])})
    found = strengths_of(mixture(alphas, EDGES))["cell"]
    expected = torch.tensor([1 / 8, 3 / 8, 1 / 6, 1 / 6, 1 / 6]).unsqueeze(1).expand(5, 2)
    torch.testing.assert_close(found, expected)
    plain = strengths_of(mixture(Alphas(alphas.operations, {}), EDGES))["cell"]
    torch.testing.assert_close(plain, torch.full((5, 2), 0.5))


def test_gates_without_weights_have_no_strengths() -> None:
    with pytest.raises(ValueError, match="'cell' have no weights"):
        strengths_of(Gates({"cell": CellGates()}))


def test_a_single_path_computes_one_candidate_or_nothing() -> None:
    gates = single_paths({"cell": [1, None, 0]})
    assert gates.cells["cell"].computed == [(1,), (), (0,)]
    assert gates.cells["cell"].weights is None
