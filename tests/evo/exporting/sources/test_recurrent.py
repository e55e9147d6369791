"""Catches: a step that adds in another order, a bias that is left out, a line that is too long."""

import pytest
import torch

from evo.exporting.torch_source import imported
from spaces import SequenceSpec
from spaces.nasbench_nlp.space import NasBenchNlp
from tests.evo.exporting.networks.test_cells import check_same
from tests.exported import OUTPUTS, written_source

SPEC = SequenceSpec(width=5, length=4)
CELLS = {
    "simple": "f=linear(x,h_prev_0);h_new_0=activation_tanh(f)",
    "gated": "f=linear(x,h_prev_0);g=linear(x,h_prev_0);s=activation_sigm(f);t=activation_leaky_relu(g);"
    "h_new_0=blend(s,t,h_prev_0)",
    "two_states": "f=linear(x,h_prev_0,h_prev_1);a=activation_tanh(f);g=linear(a,h_prev_1);b=activation_sigm(g);"
    "h_new_1=elementwise_prod(a,b);h_new_0=elementwise_sum(a,h_new_1)",
    "three_states": "f=linear(x,h_prev_0,h_prev_1);a=activation_tanh(f);g=linear(a,h_prev_2);"
    "h_new_0=activation_sigm(g);h_new_1=elementwise_sum(a,f);h_new_2=elementwise_prod(a,g)",
}


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("name", CELLS)
def test_cells_are_as_in_the_project(name: str, frozen: bool) -> None:
    space = NasBenchNlp(emsize=6, nhid=8, frozen_recurrent=frozen, mutation="local")
    cell = space.decode(CELLS[name])
    torch.manual_seed(0)
    ours = space.build(cell, SPEC, OUTPUTS)
    torch.manual_seed(0)
    text = written_source(space, cell, SPEC)
    other = imported(text).create_model()
    check_same(ours, other, torch.randn(4, 2, 5))
    assert [each.requires_grad for each in other.parameters()] == [each.requires_grad for each in ours.parameters()]
    assert max(map(len, text.split("\n"))) <= 120
    assert other.layers[0].dropout == 0.5
    assert other.dropouts == (0.25, 0.25, 0.4)
    assert imported(text).create_model(num_outputs=2, width=3)(torch.zeros(1, 1, 3)).shape == (1, 1, 2)
