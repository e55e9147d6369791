"""Catches: a difference that is not over the largest output, or of one batch alone; numbers that are none, or outputs
of another shape, that pass; inputs that are others every time.
"""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from evo.exporting.agreement import BATCHES, LIMIT, Agreement, agreement_of, check_agreement, probes
from spaces import InputSpec, SequenceSpec
from tasks.foundation.errors import UsageError

SPEC = InputSpec(channels=1, size=2)


def difference(computes: Callable[[Tensor], Tensor], network: nn.Module | None = None) -> float:
    return agreement_of(network or nn.Identity(), SPEC, computes).difference


def test_the_largest_difference_counts_over_the_largest_output() -> None:
    assert difference(lambda x: x) == 0
    assert difference(lambda x: 1.25 * x) == pytest.approx(0.25)
    assert difference(lambda x: x + 0.5) == pytest.approx(max(0.5 / float(x.abs().max()) for x in probes(SPEC)))


@pytest.mark.parametrize("batch", BATCHES)
def test_every_batch_counts(batch: int) -> None:
    assert difference(lambda x: 2 * x if len(x) == batch else x) == pytest.approx(1)


def test_what_is_no_number_or_has_another_shape_agrees_with_nothing() -> None:
    nan = nn.Threshold(float("inf"), float("nan"))
    assert difference(lambda x: x * float("nan")) == float("inf")
    assert difference(lambda x: x, nan) == float("inf")
    assert difference(lambda x: x[:, :, :1]) == float("inf")


def test_outputs_that_are_zero_agree_with_zero_alone() -> None:
    zero = nn.Threshold(float("inf"), 0.0)
    assert difference(lambda x: 0 * x, zero) == 0
    assert difference(lambda x: x, zero) == float("inf")


@pytest.mark.parametrize("apart", [LIMIT, 0.5, float("inf"), float("nan")])
def test_what_is_too_far_is_refused_with_the_figure(apart: float) -> None:
    with pytest.raises(UsageError, match=rf"^--format onnx: outputs differ from torch's by {apart:.1e} of the largest"):
        check_agreement(Agreement(apart, BATCHES), "onnx")
    check_agreement(Agreement(LIMIT * 0.99, BATCHES), "onnx")


def test_it_is_said_at_which_batches() -> None:
    assert str(Agreement(2e-7, (1, 5))).endswith("by 2.0e-07 of the largest, at batches of 1 and 5")


def test_inputs_are_the_same_every_time_and_as_the_network_reads_them() -> None:
    assert [tuple(x.shape) for x in probes(SPEC)] == [(1, 1, 2, 2), (5, 1, 2, 2)]
    assert [tuple(x.shape) for x in probes(SequenceSpec(width=3, length=2))] == [(2, 1, 3), (2, 5, 3)]
    assert all(torch.equal(one, other) for one, other in zip(probes(SPEC), probes(SPEC), strict=True))
