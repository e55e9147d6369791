"""Catches: draws that depend on what was drawn before, a global generator that is left elsewhere, another precision
than the one asked for, steps on the weights of the first.
"""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from fitness import EvalContext, determinism
from fitness.determinism import (
    Precision,
    _has_matrix_units,
    computing_alone,
    computing_in,
    precision_on,
    seeded,
    seeded_dropout,
)
from tasks import derive_rng

CPU = torch.device("cpu")


def test_draws_are_a_function_of_the_seed_and_leave_no_trace() -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    drawn = []
    for seed in (5, 5, 6):
        torch.rand(1)
        state = torch.get_rng_state()
        with seeded(seed):
            drawn.append(float(torch.rand(1)))
        assert torch.equal(torch.get_rng_state(), state)
    torch.set_rng_state(before)
    assert drawn[0] == drawn[1] != drawn[2]


def test_computing_alone_is_as_in_a_worker_and_leaves_the_process_as_it_was() -> None:
    before, small = torch.get_rng_state(), torch.full((1,), 1e-40)
    torch.set_num_threads(2)
    torch.set_default_dtype(torch.float64)
    torch.set_flush_denormal(False)
    try:
        with torch.autocast("cpu", dtype=torch.bfloat16), torch.inference_mode():
            with computing_alone(5):
                drawn = torch.rand(1)
                assert (torch.get_num_threads(), drawn.dtype, float(small * 1)) == (1, torch.float32, 0.0)
                assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32
                assert not drawn.is_inference()
            assert (torch.get_num_threads(), torch.get_default_dtype(), torch.is_inference_mode_enabled()) == (
                *(2, torch.float64),
                True,
            )
        assert float(small * 1) > 0
    finally:
        torch.set_default_dtype(torch.float32)
    with seeded(5):
        assert torch.equal(drawn, torch.rand(1))
    assert torch.equal(torch.get_rng_state(), before)


def test_dropout_depends_on_the_next_draw_of_the_context(make_context: Callable[..., EvalContext]) -> None:
    with seeded_dropout(make_context(seed=4)):
        drawn = float(torch.rand(1))
    with seeded(int(derive_rng(4).integers(2**63))):
        assert float(torch.rand(1)) == drawn


@pytest.mark.parametrize(
    ("precision", "halved"), [("float32", False), ("bfloat16", True), ("auto", _has_matrix_units())]
)
def test_sums_have_the_precision_that_was_asked_for(precision: Precision, halved: bool) -> None:
    ones = torch.ones(2, 2)
    with computing_in(precision, CPU):
        assert (ones @ ones).dtype == (torch.bfloat16 if halved else torch.float32)
    assert (ones @ ones).dtype == torch.float32


@pytest.mark.parametrize("around", [False, True])
def test_a_block_around_it_remembers_no_weights(around: bool) -> None:
    layer = nn.Linear(1, 1, bias=False)
    nn.init.constant_(layer.weight, 1.0)
    outputs = []
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=around):
        for _ in range(3):  # as the steps of a training
            with computing_in("bfloat16", CPU):
                outputs.append(layer(torch.ones(1, 1)).item())
            with torch.no_grad():
                layer.weight.add_(1.0)
    assert outputs == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("device", "units", "expected"),
    [("cpu", True, "bfloat16"), ("cpu", False, "float32"), ("cuda", True, "float32"), ("cuda", False, "float32")],
)
def test_the_precision_of_auto_is_that_of_the_device(
    monkeypatch: pytest.MonkeyPatch, device: str, units: bool, expected: str
) -> None:
    monkeypatch.setattr(determinism, "_has_matrix_units", lambda: units)
    assert precision_on(device) == expected
