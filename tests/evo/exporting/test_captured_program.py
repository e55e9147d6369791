"""Catches: a program of one size of batch where any would do, or that is not said to be; a network that draws at random
and is exported; names of this machine's files in a program; a network that is no more what it was."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from evo.exporting.captured_program import batch_axis, capture
from spaces import InputSpec, SequenceSpec
from spaces.cells.operations import build_operation
from tasks.foundation.errors import UsageError
from tests.evo.exporting.small_networks import SPEC, Branching, Drawing, OfOneSize, Plain


def test_a_program_takes_batches_of_any_size_and_leaves_the_network_as_it_was() -> None:
    network = Plain().train()
    before = deepcopy(network.state_dict())
    captured = capture(network, SPEC, "onnx")
    assert (captured.fixed, captured.batches) == (None, (1, 5))
    assert network.training
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    x = torch.randn(SPEC.shape(7))
    with torch.no_grad():
        assert torch.equal(captured.program.module()(x), network.eval()(x))
    assert not any("stack_trace" in node.meta for node in captured.program.graph.nodes)


def test_a_network_that_asks_for_the_size_of_its_batch_is_captured_for_one_input() -> None:
    captured = capture(OfOneSize().eval(), SPEC, "torch-export")
    assert captured.fixed
    assert captured.batches == (1,)
    assert captured.program.module()(torch.zeros(SPEC.shape(1))).shape == (1, 2)


def test_a_network_that_torch_cannot_follow_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^--format onnx: torch\.export cannot follow this network: .*\S$") as refused:
        capture(Branching().eval(), SPEC, "onnx")
    assert "\n" not in str(refused.value)


def test_noise_operations_are_refused_by_name() -> None:
    noise = nn.Sequential(nn.ReLU(), build_operation("noise", 2, 1), build_operation("noise", 2, 1))
    with pytest.raises(UsageError, match=r"^--format onnx: this candidate has 2 noise operations \(1, \.\.\.\)"):
        capture(noise, SPEC, "onnx")
    with pytest.raises(UsageError, match=r"1 noise operation \(1\), whose outputs are others in every call"):
        capture(noise[:2], SPEC, "onnx")


def test_a_network_that_draws_at_random_otherwise_is_refused() -> None:
    with pytest.raises(UsageError, match="outputs are others in every call"):
        capture(Drawing(), SPEC, "torch-export")


def test_the_batch_is_the_first_axis_of_images_and_the_second_of_sequences() -> None:
    assert (batch_axis(InputSpec()), batch_axis(SequenceSpec())) == (0, 1)
