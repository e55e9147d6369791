"""Catches a mean that counts the padding, a wrong gradient, constants of another shape or precision, or that modules
share; a pooling that who watches the calls of a network takes for a convolution; torch's own where the faster one
should train, and the faster one anywhere else."""

import copy
import pickle
from typing import Any

import pytest
import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from spaces.cells.average_pooling import AveragePool3x3, KeptConstants, average_pool_3x3


def reference(x: torch.Tensor) -> torch.Tensor:
    return functional.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)


@pytest.mark.parametrize("training", [True, False])
def test_a_corner_is_the_mean_of_its_four_neighbours(training: bool) -> None:
    x = torch.arange(9.0).reshape(1, 1, 3, 3).requires_grad_()
    pooled = AveragePool3x3().train(training)(x)
    assert pooled[0, 0, 0, 0].item() == pytest.approx((0 + 1 + 3 + 4) / 4)
    assert pooled[0, 0, 1, 1].item() == pytest.approx(4)


@pytest.mark.parametrize("shape", [(2, 3, 8, 8), (1, 5, 7, 4), (2, 1, 1, 1)])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_it_equals_torch_in_value_and_gradient(shape: tuple[int, ...], layout: torch.memory_format) -> None:
    x = torch.randn(shape, dtype=torch.float64).contiguous(memory_format=layout)
    ours, theirs = x.clone().requires_grad_(), x.clone().requires_grad_()
    weight = torch.randn(shape, dtype=torch.float64)
    (AveragePool3x3()(ours) * weight).sum().backward()
    (reference(theirs) * weight).sum().backward()
    torch.testing.assert_close(AveragePool3x3()(ours), reference(x), atol=1e-6, rtol=1e-6)
    torch.testing.assert_close(ours.grad, theirs.grad, atol=1e-6, rtol=1e-6)


def test_a_map_in_channels_last_stays_in_it_and_keeps_its_precision() -> None:
    x = torch.randn(2, 16, 8, 8, dtype=torch.bfloat16).contiguous(memory_format=torch.channels_last).requires_grad_()
    pooled = AveragePool3x3()(x)
    assert pooled.dtype is torch.bfloat16
    assert pooled.is_contiguous(memory_format=torch.channels_last)


def is_own(pooled: torch.Tensor) -> bool:
    """Return whether the faster function made it."""
    return "NeighbourMean" in type(pooled.grad_fn).__name__


def test_only_training_with_gradients_is_ours() -> None:
    x, pool = torch.randn(1, 2, 4, 4), AveragePool3x3()
    wanted = x.clone().requires_grad_()
    assert is_own(pool(wanted))
    assert not is_own(pool(x))
    with torch.no_grad():
        assert not is_own(pool(wanted))
    assert not is_own(pool.eval()(wanted))
    assert torch.equal(pool(wanted), reference(wanted))


def test_second_derivatives_are_torchs() -> None:
    def second(pool: Any) -> torch.Tensor:
        x = torch.arange(60.0, dtype=torch.float64).reshape(1, 2, 5, 6).requires_grad_()
        (gradient,) = torch.autograd.grad(pool(x).pow(3).sum(), x, create_graph=True)
        gradient.pow(2).sum().backward()
        assert x.grad is not None
        return x.grad

    torch.testing.assert_close(second(AveragePool3x3()), second(reference))


def test_maps_of_other_shapes_and_precisions_may_follow_each_other() -> None:
    pool = AveragePool3x3()
    for shape, dtype in (((1, 2, 4, 4), "float32"), ((1, 2, 4, 5), "float32"), ((1, 2, 4, 5), "float64")):
        x = torch.randn(shape, dtype=getattr(torch, dtype), requires_grad=True)
        assert is_own(pool(x))
        torch.testing.assert_close(pool(x), reference(x))


def test_constants_are_a_modules_own_made_once_and_not_copied() -> None:
    x, one, other = torch.randn(1, 2, 4, 4, requires_grad=True), KeptConstants(), KeptConstants()
    made = one.of(x)
    assert one.of(x) is made
    assert other.of(x).kernel is not made.kernel
    pool = AveragePool3x3()
    pool(x)
    assert not pool.state_dict()
    assert len(pickle.dumps(pool)) == len(pickle.dumps(AveragePool3x3()))
    assert is_own(copy.deepcopy(pool)(x))


def test_to_a_watcher_it_is_one_call_of_its_own_with_the_same_result() -> None:
    class Calls(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            seen.append(func)
            return func(*args, **(kwargs or {}))

    seen: list[Any] = []
    x = torch.randn(1, 2, 6, 7, requires_grad=True)
    with Calls():
        pooled = AveragePool3x3()(x)
    assert seen == [average_pool_3x3]
    assert torch.equal(pooled, AveragePool3x3()(x))
