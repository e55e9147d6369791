"""Catches: a cell computed otherwise than step by step from its recipe, operands or weights misplaced, dropout at
another rate or in evaluation, recurrent weights frozen by mistake or not when asked for, other initial weights than
published.

The RNN and the LSTM are compared with torch's own, the GRU with its equations: its reset acts before the linear map,
torch's after it.
"""

import itertools
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from spaces.nasbench_nlp.cell import RecurrentCell
from spaces.nasbench_nlp.grammar import sample_cell
from spaces.nasbench_nlp.network import (
    DROPOUTS,
    Dropout,
    RecurrentLayer,
    RecurrentNetwork,
    RecurrentSettings,
    locked_dropout,
    step_decoder,
    weight_drop,
)
from spaces.nasbench_nlp.recipe import from_recipe, from_text
from tests.spaces.reference_cells import GRU, LSTM, RNN

INPUTS, WIDTH, STEPS, BATCH = 3, 5, 4, 2
PLAIN = RecurrentSettings(emsize=4, nhid=6, dropout=Dropout())

sigmoid = torch.sigmoid
OPERATIONS: dict[str, Callable[..., Tensor]] = {
    "blend": lambda a, b, c: a * b + (1 - a) * c,
    "elementwise_prod": lambda a, b: a * b,
    "elementwise_sum": lambda a, b: a + b,
    "activation_tanh": lambda a: a.tanh(),
    "activation_sigm": lambda a: 1 / (1 + (-a).exp()),
    "activation_leaky_relu": lambda a: a.clamp(min=0) + 0.01 * a.clamp(max=0),
}


def layer_of(text: str, settings: RecurrentSettings = PLAIN) -> RecurrentLayer:
    torch.manual_seed(0)
    return RecurrentLayer(from_text(text), INPUTS, WIDTH, settings)


def sequence(width: int = INPUTS) -> Tensor:
    return torch.randn(STEPS, BATCH, width, generator=torch.Generator().manual_seed(1))


def matrix(layer: RecurrentLayer, node: str, operand: str) -> Tensor:
    row = layer.readers[operand].index(node) * WIDTH
    weight: Tensor = layer.weights[operand]
    return weight[row : row + WIDTH]


def bias(layer: RecurrentLayer, node: str) -> Tensor:
    return layer.biases[layer.linear.index(node)]


def plain_outputs(layer: RecurrentLayer, cell: RecurrentCell, x: Tensor) -> Tensor:
    """Compute a cell node by node and step by step, looking nodes up by name until all are known."""
    states = [torch.zeros(x.shape[1], WIDTH)] * len(cell.old_states)
    outputs = []
    for step in x:
        values = {"x": step, **dict(zip(cell.old_states, states, strict=True))}
        while len(values) < 1 + len(states) + len(cell.nodes):
            for node in cell.nodes:
                if node.name in values or not set(node.operands) <= set(values):
                    continue
                if node.operation == "linear":
                    products = [values[name] @ matrix(layer, node.name, name).t() for name in node.operands]
                    values[node.name] = sum(products) + bias(layer, node.name)  # type: ignore[assignment]
                else:
                    values[node.name] = OPERATIONS[node.operation](*(values[name] for name in node.operands))
        states = [values[name] for name in cell.new_states]
        outputs.append(states[0])
    return torch.stack(outputs)


@pytest.mark.parametrize("seed", range(12))
def test_outputs_and_gradients_are_those_of_a_plain_step_by_step_computation(seed: int) -> None:
    cell = sample_cell(np.random.default_rng(seed))
    torch.manual_seed(seed)
    layer = RecurrentLayer(cell, INPUTS, WIDTH, PLAIN)
    x = sequence().requires_grad_()
    wanted, found = plain_outputs(layer, cell, x), layer(x)
    torch.testing.assert_close(found, wanted)
    tensors = [x, *layer.parameters()]
    expected = torch.autograd.grad(wanted.square().sum(), tensors, allow_unused=True)
    for ours, theirs in zip(
        torch.autograd.grad(found.square().sum(), tensors, allow_unused=True), expected, strict=True
    ):
        zero = torch.zeros(())
        torch.testing.assert_close(zero if ours is None else ours, zero if theirs is None else theirs)


def test_the_rnn_is_torchs() -> None:
    layer, theirs = layer_of(RNN), nn.RNN(INPUTS, WIDTH)
    with torch.no_grad():
        theirs.weight_ih_l0.copy_(layer.weights["x"])
        theirs.weight_hh_l0.copy_(layer.weights["h_prev_0"])
        theirs.bias_ih_l0.copy_(layer.biases[0])
        theirs.bias_hh_l0.zero_()
    torch.testing.assert_close(layer(sequence()), theirs(sequence())[0], atol=1e-5, rtol=0)


def test_the_lstm_with_a_sigmoid_at_its_output_is_torchs() -> None:
    text = LSTM.replace("o_act=activation_tanh", "o_act=activation_sigm")
    layer, theirs = layer_of(text), nn.LSTM(INPUTS, WIDTH)
    gates = ("j", "f", "i", "o")  # torch: input gate, forget gate, candidate, output gate
    with torch.no_grad():
        theirs.weight_ih_l0.copy_(torch.cat([matrix(layer, gate, "x") for gate in gates]))
        theirs.weight_hh_l0.copy_(torch.cat([matrix(layer, gate, "h_prev_0") for gate in gates]))
        theirs.bias_ih_l0.copy_(torch.cat([bias(layer, gate) for gate in gates]))
        theirs.bias_hh_l0.zero_()
    torch.testing.assert_close(layer(sequence()), theirs(sequence())[0], atol=1e-5, rtol=0)


def test_the_published_lstm_has_a_hyperbolic_tangent_at_its_output() -> None:
    layer, x = layer_of(LSTM), sequence()[:1]
    i, j, o = (x[0] @ matrix(layer, gate, "x").t() + bias(layer, gate) for gate in "ijo")
    torch.testing.assert_close(layer(x)[0], torch.tanh(i.tanh() * sigmoid(j)) * o.tanh())  # the old cell state is zero


def test_the_gru_is_its_equations() -> None:
    layer = layer_of(GRU)
    h, outputs = torch.zeros(BATCH, WIDTH), []

    def linear(node: str, **operands: Tensor) -> Tensor:
        products = [value @ matrix(layer, node, name).t() for name, value in operands.items()]
        return torch.stack(products).sum(0) + bias(layer, node)

    for x in sequence():
        r, z = (sigmoid(linear(gate, x=x, h_prev_0=h)) for gate in "rz")
        candidate = linear("h_tilde", x=x, rh=r * h).tanh()
        h = z * h + (1 - z) * candidate
        outputs.append(h)
    torch.testing.assert_close(layer(sequence()), torch.stack(outputs), atol=1e-5, rtol=0)


def test_all_parameters_of_a_layer_are_uniform_up_to_one_over_the_root_of_its_width() -> None:
    torch.manual_seed(0)
    layer = RecurrentLayer(from_text(GRU), 60, 64, PLAIN)
    for parameter in layer.parameters():
        assert 0.95 / 8 < parameter.abs().max() <= 1 / 8
        assert parameter.std().item() == pytest.approx(1 / 8 / 3**0.5, rel=0.1)


def test_encoder_and_decoder_start_uniform_in_a_tenth_and_the_decoder_without_bias() -> None:
    network = RecurrentNetwork(from_text(RNN), RecurrentSettings(), 64, 64)
    for layer in (network.encoder, network.decoder):
        assert 0.099 < layer.weight.abs().max() <= 0.1
    assert not network.decoder.bias.any()
    assert network.encoder.bias.any()
    assert not step_decoder(3, 2).bias.any()


def test_three_layers_run_from_the_outer_width_to_the_inner_and_back() -> None:
    network = RecurrentNetwork(from_text(RNN), PLAIN, 7, 9)
    shapes = [tuple(layer.weights["x"].shape) for layer in network.layers]  # type: ignore[union-attr, index]
    assert shapes == [(6, 4), (6, 6), (4, 6)]
    (features,) = network.forward_features(sequence(7))
    assert features.shape == (STEPS, BATCH, 4)
    assert [(info.channels, info.reduction) for info in network.feature_info] == [(4, 1)]
    assert network(sequence(7)).shape == (STEPS, BATCH, 9)
    torch.testing.assert_close(network(sequence(7)), network.decoder(features))


def test_a_call_starts_from_zero_states() -> None:
    network = RecurrentNetwork(from_text(LSTM), PLAIN, 7, 9)
    assert torch.equal(network(sequence(7)), network(sequence(7)))


def test_every_published_cell_runs_and_has_the_published_number_of_parameters(
    nasbench_nlp_params: dict[str, int],
) -> None:
    vocabulary = 33_278  # of WikiText-2: an embedding of 400 values that is the decoder too, and its biases
    for recipe, published in nasbench_nlp_params.items():
        cell = from_recipe(recipe)
        with torch.device("meta"):
            network = RecurrentNetwork(cell, RecurrentSettings(), 64, 64)
        counted = sum(parameter.numel() for layer in network.layers for parameter in layer.parameters())
        assert counted + vocabulary * (400 + 1) == published
        small = RecurrentNetwork(cell, PLAIN, 7, 9)
        assert small(sequence(7)).isfinite().all()


def test_the_published_rates() -> None:
    assert DROPOUTS["ptb"] == Dropout(between=0.25, after=0.4, weights=0.5)
    assert DROPOUTS["wikitext2"] == Dropout(between=0.25, after=0.1, weights=0.1)
    assert RecurrentSettings().dropout == DROPOUTS["ptb"]


@pytest.mark.parametrize("probability", [0.1, 0.5])
def test_weight_drop_zeroes_single_weights_and_scales_the_others(probability: float) -> None:
    torch.manual_seed(0)
    weight = torch.full((101, 99), 2.0, requires_grad=True)
    dropped = weight_drop(weight, probability, training=True)
    zero = dropped == 0
    assert zero.float().mean() == pytest.approx(probability, abs=0.02)
    torch.testing.assert_close(dropped[~zero], torch.full_like(dropped[~zero], 2 / (1 - probability)))
    assert 0 < zero.float().mean(0).min() < zero.float().mean(0).max() < 1  # neither rows nor columns as a whole
    dropped.sum().backward()
    torch.testing.assert_close(weight.grad, dropped.detach() / 2)
    assert not torch.equal(weight_drop(weight, probability, training=True), dropped)


def test_nothing_is_dropped_in_evaluation_or_at_rate_zero() -> None:
    weight = torch.ones(3, 3)
    assert weight_drop(weight, 0.5, training=False) is weight
    assert weight_drop(weight, 0.0, training=True) is weight
    x = torch.ones(3, 2, 4)
    assert locked_dropout(x, 0.5, training=False) is x
    assert locked_dropout(x, 0.0, training=True) is x


def test_locked_dropout_drops_the_same_values_in_all_steps_and_scales_the_others() -> None:
    torch.manual_seed(0)
    dropped = locked_dropout(torch.ones(3, 50, 40), 0.25, training=True)
    assert torch.equal(dropped[0], dropped[2])
    assert (dropped == 0).float().mean() == pytest.approx(0.25, abs=0.03)
    assert dropped.max() == pytest.approx(4 / 3)
    assert not torch.equal(dropped[0, 0], dropped[0, 1])


@pytest.mark.parametrize("rates", list(itertools.product((0.0, 0.5), repeat=3)))
def test_dropout_acts_in_training_alone_and_only_where_it_has_a_rate(rates: tuple[float, float, float]) -> None:
    torch.manual_seed(0)
    network = RecurrentNetwork(from_text(GRU), RecurrentSettings(16, 16, Dropout(*rates)), 7, 9)
    x = sequence(7)
    assert torch.equal(network(x), network(x)) == (not any(rates))
    (features,) = network.forward_features(x)
    assert bool((features == 0).any()) == (rates[1] > 0)
    assert torch.equal(network.eval()(x), network(x))


def test_weight_drop_spares_what_the_input_is_multiplied_by() -> None:
    layer = layer_of(GRU, RecurrentSettings(dropout=Dropout(weights=0.5)))
    step = sequence()[
        :1
    ]  # from zero states, so that old states add nothing: only the candidate's reset term, also zero
    assert torch.equal(layer(step), layer(step))
    assert not torch.equal(layer(sequence()), layer(sequence()))


def test_every_product_of_one_operand_for_one_linear_node_is_a_layer() -> None:
    layer = layer_of(LSTM)
    weights = layer.layer_weights()
    assert sum(layers for _, layers in weights) == 8  # four gates, each of the input and of the state
    assert {weight.data_ptr() for weight, _ in weights} == {weight.data_ptr() for weight in layer.weights.values()}
    assert all(len(weight) == layers * WIDTH for weight, layers in weights)


def test_recurrent_weights_learn_unless_they_are_frozen() -> None:
    for frozen in (False, True):
        layer = layer_of(GRU, RecurrentSettings(dropout=Dropout(weights=0.5), frozen_recurrent=frozen))
        layer(sequence()).square().sum().backward()
        learning = {name for name, weight in layer.weights.items() if weight.grad is not None and weight.grad.any()}
        assert learning == ({"x"} if frozen else {"x", "h_prev_0", "rh"})
        assert layer.biases.grad is not None


def test_freezing_changes_no_output() -> None:
    one, other = (
        layer_of(GRU, RecurrentSettings(dropout=Dropout(), frozen_recurrent=frozen)) for frozen in (False, True)
    )
    assert torch.equal(one(sequence()), other(sequence()))
