"""Catches: attention that is scaled otherwise, mixes heads or lacks its residual; layers of other shapes, places that
are not told apart."""

from math import cos, exp, sin

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness.predictors.ranker.attention import Attention, FeedForward, LayerShape, Placed, sinusoids

SHAPE = LayerShape(width=6, heads=2, head_width=4, hidden=10, dropout=0.5)


def of_plain(layer: nn.Module) -> nn.Module:
    """Let all linear maps be the identity."""
    for each in layer.modules():
        if isinstance(each, nn.Linear):
            nn.init.eye_(each.weight)
    return layer.eval()


def normalised(x: Tensor) -> Tensor:
    return functional.layer_norm(x, x.shape[-1:], eps=1e-6)


def test_attention_by_hand() -> None:
    layer = of_plain(Attention(LayerShape(2, 1, 2, 1, 0.0)))
    queries, memory = torch.tensor([[[1.0, 0.0]]]), torch.tensor([[[2.0, 0.0], [0.0, 4.0]]])
    first = exp(2 / 2**0.5) / (exp(2 / 2**0.5) + 1)  # of logits 2 and 0, divided by the root of the width
    read = torch.tensor([[[2 * first, 4 * (1 - first)]]])
    assert torch.allclose(layer(queries, memory), normalised(queries + read))


def test_heads_read_apart() -> None:
    layer = of_plain(Attention(LayerShape(2, 2, 1, 1, 0.0)))
    queries, memory = torch.tensor([[[1.0, 3.0]]]), torch.tensor([[[1.0, 0.0], [0.0, 1.0]]])
    weights = exp(1) / (exp(1) + 1), exp(3) / (exp(3) + 1)
    assert torch.allclose(layer(queries, memory), normalised(queries + torch.tensor([[list(weights)]])))


def test_shapes_and_biases() -> None:
    attention, forth = Attention(SHAPE), FeedForward(SHAPE)
    assert attention(torch.ones(3, 5, 6), torch.ones(3, 7, 6)).shape == (3, 5, 6)
    assert {name: tuple(value.shape) for name, value in attention.named_parameters()} == {
        **{f"{name}.weight": (8, 6) for name in ("query", "key", "value")},
        **{"out.weight": (6, 8), "norm.weight": (6,), "norm.bias": (6,)},
    }
    assert forth(torch.ones(3, 5, 6)).shape == (3, 5, 6)
    shapes = {name: tuple(value.shape) for name, value in forth.named_parameters()}
    assert shapes["into.weight"] == (10, 6)
    assert {"into.bias", "out.bias"} < set(shapes)
    assert attention.norm.eps == forth.norm.eps == 1e-6


def test_feed_forward_by_hand() -> None:
    layer = of_plain(FeedForward(LayerShape(2, 1, 2, 2, 0.0)))
    for linear in (layer.into, layer.out):
        nn.init.zeros_(linear.bias)
    x = torch.tensor([[[1.0, -3.0]]])
    assert torch.allclose(layer(x), normalised(torch.tensor([[[2.0, -3.0]]])))


@pytest.mark.parametrize("make", [Attention, FeedForward])
def test_dropout_is_of_what_is_added_alone(make: type[nn.Module]) -> None:
    layer, x = make(LayerShape(2, 1, 2, 2, 1.0)), torch.tensor([[[1.0, -3.0]]])  # all of it
    assert torch.allclose(layer(*([x, x] if make is Attention else [x])), normalised(x))


def test_places() -> None:
    assert sinusoids(2, 4)[0].tolist() == [0, 1, 0, 1]
    assert sinusoids(3, 4)[2].tolist() == pytest.approx([sin(2), cos(2), sin(0.02), cos(0.02)])
    layer = Placed(3, 2, LayerShape(4, 1, 4, 4, 1.0))  # a place is never dropped
    assert torch.allclose(layer(torch.ones(5, 2, 3)), normalised(sinusoids(2, 4)).expand(5, 2, 4))
    assert not [name for name in layer.state_dict() if "places" in name]
