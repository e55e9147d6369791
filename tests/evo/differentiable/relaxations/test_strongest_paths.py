"""Catches: ``none`` chosen where a space never derives it, or left out where it does, an edge that is not kept without
its operation, ties broken unlike in derivation.
"""

import pytest
import torch

from evo.differentiable.relaxations.strongest_paths import strongest_paths
from spaces import Alphas
from tests.evo.differentiable.small_supernets import supernet_of


@pytest.mark.parametrize(("space", "winner"), [("darts", 5), ("nasbench201", 0)])
def test_none_wins_only_where_it_can_be_derived(space: str, winner: int) -> None:
    supernet = supernet_of(space)
    operations = {name: torch.zeros_like(values) for name, values in supernet.alphas.operations.items()}
    for values in operations.values():
        values[:, 0], values[:, 5 if space == "darts" else 3] = 2.0, 1.0
    found = strongest_paths(supernet, Alphas(operations, {}))
    assert found == {name: [winner] * len(values) for name, values in operations.items()}


def test_every_edge_has_its_strongest_operation_whether_it_would_be_kept_or_not() -> None:
    supernet = supernet_of("darts")
    generator = torch.Generator().manual_seed(1)
    alphas = Alphas(
        {name: torch.randn(values.shape, generator=generator) for name, values in supernet.alphas.operations.items()},
        {},
    )
    found = strongest_paths(supernet, alphas)
    for name, values in alphas.operations.items():
        assert found[name] == (values[:, 1:].argmax(dim=1) + 1).tolist()


def test_of_equals_it_is_the_first_as_in_derivation() -> None:
    supernet = supernet_of("layered")
    operations = {name: torch.zeros_like(values) for name, values in supernet.alphas.operations.items()}
    assert strongest_paths(supernet, Alphas(operations, {})) == {name: [0] * 14 for name in operations}
