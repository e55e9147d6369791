"""Catches: a divisor of 2 * eps written as / 2 * eps, momentum or decay left out of the unrolled step, gradients taken
at the wrong weights, weights or running statistics that are not what they were, a division by a vector of zeros.
"""

import math
from dataclasses import dataclass, replace

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from evo.differentiable.bilevel.architecture_gradient import Gradients, first_order, second_order
from evo.differentiable.bilevel.inner_step import InnerStep
from evo.differentiable.bilevel.pass_state import PassState
from tests.tiny_supernet import TinySupernet

EPSILON = 1e-5


@dataclass(frozen=True)
class Unrolled:
    """What double backward through the unrolled step gives: the gradient, its part at fixed weights, the length."""

    total: Tensor
    direct: Tensor
    length: float


def trained_once(problem: TinySupernet) -> InnerStep:
    """Make one step of SGD, so that there are buffers, and return the next one."""
    optimizer = torch.optim.SGD(problem.weights, lr=0.3, momentum=0.9, weight_decay=0.1)
    gradients = torch.autograd.grad(problem.training(), problem.weights)
    for weight, gradient in zip(problem.weights, gradients, strict=True):
        weight.grad = gradient
    optimizer.step()
    optimizer.zero_grad()
    return InnerStep.of(optimizer, problem.weights)


def unrolled(problem: TinySupernet, step: InnerStep) -> Unrolled:
    names = [name for name, _ in problem.network.named_parameters() if name.startswith("body.")]
    gradients = torch.autograd.grad(problem.training(), problem.weights, create_graph=True)
    buffers = [torch.zeros(()) if buffer is None else buffer for buffer in step.buffers]
    moved = {
        name: weight - 0.3 * (0.9 * buffer + gradient + 0.1 * weight)
        for name, weight, gradient, buffer in zip(names, problem.weights, gradients, buffers, strict=True)
    }
    loss = problem.validation(moved)
    total, *vector = torch.autograd.grad(loss, [*problem.architecture, *moved.values()])
    fixed = {name: value.detach() for name, value in moved.items()}
    (direct,) = torch.autograd.grad(problem.validation(fixed), problem.architecture)
    return Unrolled(total, direct, math.sqrt(sum(float(part.square().sum()) for part in vector)))


def agrees(found: Tensor, exact: Tensor) -> bool:
    """Return whether the difference is at most a millionth of the exact gradient."""
    return float((found - exact).norm()) <= 1e-6 * float(exact.norm())


def only(gradients: Gradients) -> Tensor:
    (gradient,) = gradients
    assert gradient is not None
    return gradient


def test_first_order_is_the_slope_of_the_validation_loss() -> None:
    problem = TinySupernet()
    found = only(first_order(problem.validation, problem.architecture))
    (alphas,) = problem.architecture
    torch.manual_seed(1)
    direction = torch.randn_like(alphas)
    losses = []
    for side in (1e-5, -1e-5):
        moved = {"operation_alphas.cell": alphas.detach() + side * direction}
        losses.append(float(problem.validation(moved).detach()))
    assert (losses[0] - losses[1]) / 2e-5 == pytest.approx(float((found * direction).sum()), rel=1e-7)
    problem.validation().backward()  # type: ignore[no-untyped-call]
    assert torch.equal(found, alphas.grad)  # type: ignore[arg-type]


def test_second_order_is_double_backward_and_the_wrong_divisor_is_not() -> None:
    problem = TinySupernet()
    step = trained_once(problem)
    exact = unrolled(problem, step)

    def found(given: InnerStep) -> Tensor:
        losses = (problem.training, problem.validation)
        return only(second_order(*losses, problem.weights, problem.architecture, given, epsilon=EPSILON))

    right = found(step)
    assert agrees(right, exact.total)
    distance = EPSILON / exact.length
    through_step = (right - exact.direct) * (2 * distance)  # of the difference of both gradients
    assert not agrees(exact.direct + through_step / 2 * distance, exact.total)
    assert not agrees(exact.direct, exact.total)
    assert not agrees(found(replace(step, momentum=0.0)), exact.total)
    assert not agrees(found(replace(step, decays=[0.0] * len(step.decays))), exact.total)
    assert not agrees(found(replace(step, buffers=[None] * len(step.buffers))), exact.total)


def test_weights_and_running_statistics_are_bit_by_bit_what_they_were() -> None:
    problem = TinySupernet()
    step = trained_once(problem)
    before = problem.state()
    state = PassState(problem.network)
    training, validation = state.repeatable(problem.training), state.repeatable(problem.validation)
    second_order(training, validation, problem.weights, problem.architecture, step)
    first_order(validation, problem.architecture)
    assert problem.is_in(before)
    assert all(parameter.grad is None for parameter in problem.network.parameters())


def scalar(value: float) -> Tensor:
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def test_second_order_by_hand() -> None:
    w, u, a, b, c = (scalar(value) for value in (2.0, 5.0, 3.0, 7.0, 1.0))
    buffer = torch.tensor(1.0, dtype=torch.float64)
    step = InnerStep(0.1, 0.9, [0.5, 0.5], [buffer, None])
    found = second_order(lambda: a * w**2, lambda: (w - 1) ** 2 / 2 + u * b, [w, u], [a, b, c], step)
    # w' = 2 - 0.1 * (0.9 * 1 + 2 * 3 * 2 + 0.5 * 2) = 0.61; by a: (w' - 1) * -0.1 * 2 * 2; u is not in the training
    # loss and stays; nothing depends on c
    assert [None if each is None else float(each) for each in found] == [
        pytest.approx(0.156, rel=1e-9),
        pytest.approx(5.0, rel=1e-15),
        None,
    ]


def test_the_difference_is_central_and_epsilon_is_the_length_of_the_way() -> None:
    w, u, a = scalar(2.0), scalar(1.0), scalar(3.0)
    step = InnerStep(0.1, 0.0, [0.0, 0.0], [None, None])
    found = only(second_order(lambda: a * w**3 + u, lambda: 3 * w - 4 * u, [w, u], [a], step, epsilon=0.5))
    # v = (3, -4), so w moves by 0.5 * 3 / 5 = 0.3: -0.1 * 3 * (2.3^3 - 1.7^3) / 0.6 = -0.3 * (3 * 2^2 + 0.3^2)
    assert float(found) == pytest.approx(-0.3 * 12.09, rel=1e-12)


def test_a_validation_loss_that_no_weight_changes_gives_its_own_gradient() -> None:
    w, a = scalar(2.0), scalar(3.0)
    step = InnerStep(0.1, 0.0, [0.0], [None])
    assert float(only(second_order(lambda: a * w**2, lambda: a**2 + 0 * w, [w], [a], step))) == 6
    assert float(only(second_order(lambda: a * w**2, lambda: a**2, [w], [a], step))) == 6


def test_weights_are_put_back_and_gradients_left_alone_after_an_error() -> None:
    w, a = scalar(0.1), scalar(0.3)
    w.grad = torch.tensor(8.0, dtype=torch.float64)

    def failing() -> Tensor:
        assert w != 0.1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        second_order(lambda: a * w**2, failing, [w], [a], InnerStep(0.1, 0.0, [0.0], [None]))
    assert float(w.detach()) == 0.1
    assert float(w.grad) == 8
    assert a.grad is None


def test_an_autocast_block_around_it_remembers_no_weights() -> None:
    torch.manual_seed(0)
    network, x, a = nn.Linear(4, 1), torch.randn(8, 4), torch.tensor(2.0, requires_grad=True)
    weights = list(network.parameters())
    step = InnerStep(0.1, 0.0, [0.0, 0.0], [None, None])

    def loss() -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return functional.mse_loss(a * network(x).float(), torch.ones(8, 1))

    apart = only(second_order(loss, loss, weights, [a], step, epsilon=1.0))
    with torch.autocast("cpu", torch.bfloat16):
        around = only(second_order(loss, loss, weights, [a], step, epsilon=1.0))
    assert torch.equal(apart, around)
    assert not torch.equal(apart, only(first_order(loss, [a])))


@pytest.mark.parametrize("epsilon", [0.0, -0.01, math.nan])
def test_no_distance_is_refused(epsilon: float) -> None:
    w, a = scalar(2.0), scalar(3.0)
    with pytest.raises(ValueError, match="epsilon is"):
        second_order(lambda: a * w, lambda: a * w, [w], [a], InnerStep(0.1, 0, [0], [None]), epsilon=epsilon)
