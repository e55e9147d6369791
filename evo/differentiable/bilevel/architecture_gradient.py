"""Gradients of the architecture parameters of a bilevel search (DARTS, Liu et al., 2019).

Architecture parameters are to lower the validation loss of weights that lower the training loss. The first order takes
the weights as they are, the second looks through one step of their training.

Losses are functions of parameters alone, as ``PassState.repeatable`` makes them: the second order calls the training
loss three times and takes any difference for curvature. Running statistics then stay as they are, in both orders: only
training steps move them. A loss may come in parts, whose gradients are added. Gradients are returned, one for each
parameter, None for one that no loss depends on; nothing is added to ``grad``.
"""

from collections.abc import Sequence
from types import TracebackType

import torch
from torch import Tensor

from evo.differentiable.bilevel.inner_step import InnerStep
from evo.differentiable.bilevel.pass_state import Loss, Parts

Gradients = list[Tensor | None]


def first_order(validation: Loss | Parts, architecture: Sequence[Tensor]) -> Gradients:
    """Return the gradient of the validation loss with respect to the architecture, at the present weights."""
    return _gradients(validation, architecture)


def second_order(
    training: Loss | Parts,
    validation: Loss | Parts,
    weights: Sequence[Tensor],
    architecture: Sequence[Tensor],
    step: InnerStep,
    *,
    epsilon: float = 0.01,
) -> Gradients:
    """Return the gradient of the validation loss after one step of the weights, with respect to the architecture.

    How that step depends on the architecture is a product of mixed second derivatives with a vector, taken as the
    difference of two gradients at weights that are ``epsilon`` away to either side along the vector. In all
    it takes one pass through the validation loss and three through the training loss. Weights are changed in place and
    put back bit by bit, also after an error; beside gradients this needs memory for one copy of them. A weight that
    the training loss does not depend on stays and is not decayed, as SGD leaves what has no gradient.

    Where a ReLU switches between the two points, the difference is off by its jump divided by their distance, so the
    loss of few images needs a smaller ``epsilon`` than the paper's 0.01. Raises ValueError for an ``epsilon`` not above
    0.
    """
    if not epsilon > 0:
        raise ValueError(f"epsilon is {epsilon}; a distance above 0 is needed")
    with _MovableWeights(weights) as movable:
        movable.move(step.directions(weights, _gradients(training, weights)), -step.rate)
        outer = _gradients(validation, [*architecture, *weights])
        direct, vector = outer[: len(architecture)], _filled(outer[len(architecture) :], weights)
        products = _mixed_products(training, movable, vector, architecture, epsilon)
    return [_plus(one, product, -step.rate) for one, product in zip(direct, products, strict=True)]


class _MovableWeights:
    """Weights that are moved in place within a block, and are what they were behind it."""

    def __init__(self, weights: Sequence[Tensor]) -> None:
        self._weights = weights
        self._home = [weight.detach().clone() for weight in weights]

    def __enter__(self) -> "_MovableWeights":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._put_back()

    @torch.no_grad()
    def move(self, directions: Sequence[Tensor], distance: float) -> None:
        """Put the weights at ``distance`` times the directions from where they were first."""
        self._put_back()
        for weight, direction in zip(self._weights, directions, strict=True):
            weight.add_(direction, alpha=distance)

    @torch.no_grad()
    def _put_back(self) -> None:
        torch.clear_autocast_cache()  # in an autocast block around all this it would keep the weights of before
        for weight, value in zip(self._weights, self._home, strict=True):
            weight.copy_(value)


def _mixed_products(
    training: Loss | Parts,
    movable: _MovableWeights,
    vector: Sequence[Tensor],
    architecture: Sequence[Tensor],
    epsilon: float,
) -> Gradients:
    """Return the second derivatives of the loss by architecture and weights times the vector; None for a product of 0.

    The weights are left moved.
    """
    length = float(torch.stack([torch.linalg.vector_norm(part) for part in vector]).norm())
    if length == 0:
        return [None] * len(architecture)
    distance = epsilon / length
    movable.move(vector, distance)
    ahead = _gradients(training, architecture)
    movable.move(vector, -distance)
    behind = _gradients(training, architecture)
    differences = (_plus(one, other, -1.0) for one, other in zip(ahead, behind, strict=True))
    return [None if difference is None else difference / (2 * distance) for difference in differences]


def _gradients(loss: Loss | Parts, parameters: Sequence[Tensor]) -> Gradients:
    found = loss()
    parts = iter([found] if isinstance(found, Tensor) else found)
    gradients = _gradients_of(next(parts), parameters)
    for part in parts:
        own = _gradients_of(part, parameters)
        gradients = [_plus(one, other, 1.0) for one, other in zip(gradients, own, strict=True)]
    return gradients


def _gradients_of(part: Tensor, parameters: Sequence[Tensor]) -> Gradients:
    return list(torch.autograd.grad(part, parameters, allow_unused=True))


def _filled(gradients: Sequence[Tensor | None], weights: Sequence[Tensor]) -> list[Tensor]:
    """Return the gradients with zeros where there is none."""
    return [
        torch.zeros_like(weight) if gradient is None else gradient
        for gradient, weight in zip(gradients, weights, strict=True)
    ]


def _plus(one: Tensor | None, other: Tensor | None, factor: float) -> Tensor | None:
    """Return one + factor * other, where None is zero."""
    if other is None:
        return one
    return other * factor if one is None else torch.add(one, other, alpha=factor)
