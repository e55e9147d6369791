"""Catches: a product or a gradient other than plain autograd's, uses left over from one pass in the next, a weight that
is trained though it asks for no gradient, half precision applied to the wrong side.
"""

import pytest
import torch
from torch import Tensor

from spaces.nasbench_nlp.shared_weight import SharedWeight


def chained(weight: Tensor, x: Tensor, *, shared: bool) -> Tensor:
    """Multiply three times by the same weight, each time from what came before."""
    times = SharedWeight(weight).times if shared else lambda value: value @ weight.t()
    for _ in range(3):
        x = torch.tanh(times(x))
    return x.square().sum()


@pytest.fixture
def weight() -> Tensor:
    return torch.randn(5, 5, generator=torch.Generator().manual_seed(0)).requires_grad_()


@pytest.fixture
def x() -> Tensor:
    return torch.randn(3, 5, generator=torch.Generator().manual_seed(1)).requires_grad_()


def test_products_and_gradients_are_those_of_plain_autograd(weight: Tensor, x: Tensor) -> None:
    ours, plain = (chained(weight, x, shared=shared) for shared in (True, False))
    torch.testing.assert_close(ours, plain)
    expected = torch.autograd.grad(plain, (weight, x))
    for gradient, wanted in zip(torch.autograd.grad(ours, (weight, x)), expected, strict=True):
        torch.testing.assert_close(gradient, wanted)


def test_a_pass_followed_back_twice_gives_the_same_gradient_twice(weight: Tensor, x: Tensor) -> None:
    loss = chained(weight, x, shared=True)
    first = torch.autograd.grad(loss, weight, retain_graph=True)[0]
    assert torch.equal(torch.autograd.grad(loss, weight)[0], first)


def test_a_pass_for_the_input_alone_leaves_the_next_one_right(weight: Tensor, x: Tensor) -> None:
    ours, plain = (chained(weight, x, shared=shared) for shared in (True, False))
    torch.autograd.grad(ours, x, retain_graph=True)
    torch.testing.assert_close(torch.autograd.grad(ours, weight)[0], torch.autograd.grad(plain, weight)[0])


def test_second_derivatives_are_refused_rather_than_wrong(weight: Tensor, x: Tensor) -> None:
    (gradient,) = torch.autograd.grad(chained(weight, x, shared=True), weight, create_graph=True)
    with pytest.raises(RuntimeError, match=r"once_differentiable|does not require grad"):
        torch.autograd.grad(gradient.sum(), weight)


def test_a_frozen_weight_gets_no_gradient_and_values_still_do(weight: Tensor, x: Tensor) -> None:
    shared = SharedWeight(weight.detach())
    shared.times(x).sum().backward()
    assert weight.grad is None
    assert x.grad is not None
    assert not shared._uses.met  # nothing is kept for a gradient that nobody will ask for


def test_an_unused_weight_gets_no_gradient(weight: Tensor, x: Tensor) -> None:
    SharedWeight(weight)
    x.sum().backward()
    assert weight.grad is None


def test_values_without_gradient_leave_that_of_the_weight_right(weight: Tensor) -> None:
    x = torch.ones(1, 5)
    SharedWeight(weight).times(x).sum().backward()
    torch.testing.assert_close(weight.grad, torch.ones(5, 5))


def test_half_precision_computes_and_differentiates_in_it(weight: Tensor, x: Tensor) -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        product = SharedWeight(weight).times(x)
    assert product.dtype == torch.bfloat16
    product.float().sum().backward()
    assert weight.grad is not None
    assert weight.grad.dtype == torch.float32
    torch.testing.assert_close(weight.grad, x.detach().sum(0).expand(5, 5), atol=0.05, rtol=0.02)
