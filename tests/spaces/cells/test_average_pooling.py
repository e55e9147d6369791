"""Catches a mean that counts the padding, a wrong gradient, constants of another shape or precision, and a pooling that
who watches the calls of a network takes for a convolution."""

from typing import Any

import pytest
import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from spaces.cells.average_pooling import AveragePool3x3, average_pool_3x3


def reference(x: torch.Tensor) -> torch.Tensor:
    return functional.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)


def test_a_corner_is_the_mean_of_its_four_neighbours() -> None:
    x = torch.arange(9.0).reshape(1, 1, 3, 3)
    pooled = AveragePool3x3()(x)
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
    torch.testing.assert_close(AveragePool3x3()(x), reference(x), atol=1e-6, rtol=1e-6)
    torch.testing.assert_close(ours.grad, theirs.grad, atol=1e-6, rtol=1e-6)


def test_a_map_in_channels_last_stays_in_it_and_keeps_its_precision() -> None:
    x = torch.randn(2, 16, 8, 8, dtype=torch.bfloat16).contiguous(memory_format=torch.channels_last)
    pooled = AveragePool3x3()(x)
    assert pooled.dtype is torch.bfloat16
    assert pooled.is_contiguous(memory_format=torch.channels_last)


def test_constants_made_in_inference_mode_serve_second_derivatives_too() -> None:
    shape = (1, 3, 6, 10)  # of no other test: constants are kept
    with torch.inference_mode():
        AveragePool3x3()(torch.ones(shape))
    x = torch.randn(shape, requires_grad=True)
    (gradient,) = torch.autograd.grad(AveragePool3x3()(x).pow(3).sum(), x, create_graph=True)
    gradient.sum().backward()
    assert x.grad is not None


def test_to_a_watcher_it_is_one_call_of_its_own_with_the_same_result() -> None:
    class Calls(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            seen.append(func)
            return func(*args, **(kwargs or {}))

    seen: list[Any] = []
    x = torch.randn(1, 2, 6, 7)
    with Calls():
        pooled = AveragePool3x3()(x)
    assert seen == [average_pool_3x3]
    assert torch.equal(pooled, AveragePool3x3()(x))
