"""Catches: a mixture over the wrong axis or of other parameters than the given ones, a derivation of something else."""

import math

import torch

from evo.differentiable.relaxations.base import Level, Moment
from evo.differentiable.relaxations.softmax_relaxation import SoftmaxRelaxation
from spaces import Alphas, SupernetOptions
from tests.evo.differentiable.small_supernets import begun, pass_of, plain


def test_every_pass_mixes_all_candidates_by_their_softmax() -> None:
    variant = SoftmaxRelaxation()
    assert variant.options() == SupernetOptions()
    supernet = begun(variant, "nasbench201")
    assert variant.on_epoch(Moment(0, 1), supernet) is None
    alphas = Alphas({"cell": torch.tensor([[0.0, 0.0, 0.0, 0.0, math.log(4)]]).expand(6, 5)}, {})
    for level in Level:
        gates = variant.gates(alphas, pass_of(level))
        torch.testing.assert_close(gates.cells["cell"].weights, torch.tensor([[1, 1, 1, 1, 4]]).expand(6, 5) / 8)
        assert plain(gates)["cell"][1:] == [None, None, None, None]
        assert (gates.auxiliary, gates.dropping) == (0.0, None)


def test_the_strongest_operation_of_every_edge_is_derived() -> None:
    variant = SoftmaxRelaxation()
    supernet = begun(variant, "nasbench201")
    chosen = [4, 3, 2, 1, 0, 3]
    with torch.no_grad():
        for edge, number in enumerate(chosen):
            supernet.alphas.operations["cell"][edge, number] += 1
    computed = supernet.gates_of(variant.derive(supernet)).cells["cell"].computed
    assert [list(numbers) for numbers in computed or ()] == [[number] for number in chosen]
