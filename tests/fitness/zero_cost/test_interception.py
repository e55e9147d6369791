"""Catches: a layer that is not seen because it is called as a function, an output changed by looking at it."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness.zero_cost.interception import ReluCalls, WeightedCalls, WithoutBatchNorm


def test_weights_and_outputs_are_recorded_however_they_are_called() -> None:
    layer, x = nn.Conv2d(1, 2, 1), torch.ones(1, 1, 3, 3)
    with WeightedCalls() as recorded:
        outputs = [layer(x), functional.conv2d(x, weight=layer.weight), functional.conv2d(x, torch.ones(1, 1, 1, 1))]
    assert [weight is layer.weight for weight, _ in recorded.calls] == [True, True]  # a constant kernel is no weight
    assert all(one is other for (_, one), other in zip(recorded.calls, outputs, strict=False))


def test_every_relu_is_seen_and_computed() -> None:
    seen: list[tuple[Tensor, Tensor]] = []
    x = torch.tensor([-1.0, 2.0])
    with ReluCalls(lambda before, after: seen.append((before, after))):
        outputs = [nn.ReLU()(x), nn.ReLU(inplace=True)(x), torch.relu(x), x.relu(), functional.relu(x)]
    assert len(seen) == 5
    assert all(output.tolist() == [0, 2] for output in outputs)
    assert x.tolist() == [-1, 2]  # never in place: codes are read from the input


def test_normalisation_returns_its_input() -> None:
    x = torch.randn(4, 2, 3, 3)
    with WithoutBatchNorm():
        assert nn.BatchNorm2d(2)(x) is x
        assert functional.batch_norm(x, None, None, training=True) is x
