"""Catches: a step that differs from the optimiser's own: momentum, decay or a buffer forgotten or given to another
weight, a weight without gradient decayed, a form of the optimiser that the formula does not describe.
"""

from typing import Any

import pytest
import torch
from torch import Tensor

from evo.differentiable.bilevel.inner_step import InnerStep


def weights_of(*values: float) -> list[Tensor]:
    return [torch.full((2,), value, dtype=torch.float64, requires_grad=True) for value in values]


def test_the_step_is_the_next_one_of_torchs_optimiser() -> None:
    weights = weights_of(1.0, -2.0, 3.0)
    groups = [{"params": weights[:1], "weight_decay": 0.5}, {"params": weights[1:], "weight_decay": 0.0}]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=0.9)
    for gradients in ([1.0, 2.0, None], [0.5, None, None], [-1.0, 3.0, 2.0], [None, 1.0, -4.0]):
        for weight, value in zip(weights, gradients, strict=True):
            weight.grad = None if value is None else torch.full_like(weight, value)
        step = InnerStep.of(optimizer, weights)
        directions = step.directions(weights, [weight.grad for weight in weights])
        expected = [weight.detach() - step.rate * way for weight, way in zip(weights, directions, strict=True)]
        optimizer.step()
        torch.testing.assert_close([weight.detach() for weight in weights], expected, rtol=1e-12, atol=0)


def test_a_step_by_hand() -> None:
    weights = weights_of(2.0)
    step = InnerStep(0.1, 0.9, [0.5], [torch.tensor([1.0, 3.0], dtype=torch.float64)])
    (direction,) = step.directions(weights, [torch.tensor([4.0, 4.0], dtype=torch.float64)])
    # 0.9 * 1 + 4 + 0.5 * 2, and with 0.9 * 3
    assert direction.tolist() == pytest.approx([5.9, 7.7], rel=1e-15)


def test_neither_gradients_nor_buffers_are_changed() -> None:
    weights, gradient, buffer = weights_of(2.0), torch.ones(2).double(), torch.ones(2).double()
    InnerStep(0.1, 0.9, [0.5], [buffer]).directions(weights, [gradient])
    assert gradient.tolist() == buffer.tolist() == [1, 1]


def test_the_weights_may_come_in_another_order_than_the_optimisers() -> None:
    weights = weights_of(1.0, 2.0)
    optimizer = torch.optim.SGD(
        [{"params": weights[:1], "weight_decay": 0.5}, {"params": weights[1:], "weight_decay": 0.25}], lr=0.1
    )
    step = InnerStep.of(optimizer, weights[::-1])
    assert (step.rate, step.momentum, step.decays, step.buffers) == (0.1, 0, [0.25, 0.5], [None, None])


@pytest.mark.parametrize(
    "options", [{"nesterov": True}, {"dampening": 0.5}, {"maximize": True}], ids=lambda given: next(iter(given))
)
def test_another_form_of_the_optimiser_is_refused(options: dict[str, Any]) -> None:
    weights = weights_of(1.0)
    optimizer = torch.optim.SGD(weights, lr=0.1, momentum=0.9, **options)
    with pytest.raises(ValueError, match="plain SGD"):
        InnerStep.of(optimizer, weights)


@pytest.mark.parametrize("name", ["lr", "momentum"])
def test_several_rates_or_momenta_are_refused(name: str) -> None:
    weights = weights_of(1.0, 2.0)
    groups: list[dict[str, Any]] = [{"params": weights[:1], name: 0.3}, {"params": weights[1:]}]
    with pytest.raises(ValueError, match="one learning rate and one momentum"):
        InnerStep.of(torch.optim.SGD(groups, lr=0.1), weights)


def test_a_weight_of_another_optimiser_is_refused() -> None:
    one, other = weights_of(1.0, 1.0)
    with pytest.raises(ValueError, match="not among those of the optimiser"):
        InnerStep.of(torch.optim.SGD([one], lr=0.1), [one, other])
