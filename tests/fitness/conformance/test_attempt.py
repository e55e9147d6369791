"""Catches: an exception or an exit that gets away, a result that is no Score taken for one, a value that loses bits,
generators or settings that were disturbed unseen, or stay disturbed."""

import math
import pickle
import random
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from fitness import EvalContext, Score
from fitness.conformance.attempt import Attempt, attempt, torch_settings
from tasks.conformance.global_states import global_states

MakeContext = Callable[..., EvalContext]


@pytest.fixture
def tried(make_context: MakeContext) -> Callable[[Callable[[], Any]], Attempt]:
    """Return a function that attempts a fitness which calls a given function."""
    return lambda call: attempt(lambda candidate, context: call(), 3, make_context())


def test_a_score_is_kept_with_every_bit_of_its_value(tried: Callable[..., Attempt]) -> None:
    made = tried(lambda: Score(0.1 + 0.2))
    assert (made.value, made.said) == (0.1 + 0.2, "0.30000000000000004")
    assert (made.scored, made.proper, made.result) == (True, True, Score(0.1 + 0.2))


@pytest.mark.parametrize("value", [3, True, np.float32(3), np.int64(3)])
def test_any_real_number_is_a_value(tried: Callable[..., Attempt], value: Any) -> None:
    assert tried(lambda: Score(value)).said == repr(float(value))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_not_finite_is_proper_and_no_score(tried: Callable[..., Attempt], value: float) -> None:
    made = tried(lambda: Score(value))
    assert (made.proper, made.scored, made.said) == (True, False, str(value))


def test_what_is_no_score_is_said_and_improper(tried: Callable[..., Attempt]) -> None:
    assert tried(lambda: None).said == "returns a NoneType instead of a Score or a number"
    assert tried(lambda: Score(torch.zeros(()))).said == "returns a Score whose value is a Tensor instead of a float"  # type: ignore[arg-type]
    assert tried(lambda: Score("1")).said == "returns a Score whose value is a str instead of a float"  # type: ignore[arg-type]
    assert not any(tried(lambda value=value: value).proper for value in (None, "1", Score(torch.zeros(()))))  # type: ignore[misc, arg-type]


def test_an_exception_is_kept_and_said_in_one_line(tried: Callable[..., Attempt]) -> None:
    def fail(words: str) -> None:
        raise ValueError(words)

    made = tried(lambda: fail("no ReLU\nat all"))
    assert (made.said, made.proper, made.scored) == ("ValueError: no ReLU", True, False)
    assert isinstance(made.error, ValueError)


def test_an_exit_is_no_exception_that_the_contract_allows(tried: Callable[..., Attempt]) -> None:
    made = tried(lambda: sys.exit(3))
    assert (made.said, made.proper) == ("SystemExit: 3", False)


def test_ctrl_c_goes_through(tried: Callable[..., Attempt]) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tried(interrupt)


def test_what_travels_to_another_process_pickles(tried: Callable[..., Attempt]) -> None:
    made = tried(lambda: Score(1.0, metrics={"a": lambda: 0}))  # type: ignore[dict-item]
    assert pickle.loads(pickle.dumps(made.told())).value == 1.0


@pytest.mark.parametrize(
    ("use", "name"),
    [
        (random.random, "random"),
        (np.random.rand, "numpy.random"),
        (lambda: torch.rand(()), "torch"),
        (lambda: torch.Generator().seed(), None),
        (lambda: np.random.default_rng().random(), None),
    ],
)
def test_a_global_generator_that_moved_is_named_and_put_back(
    tried: Callable[..., Attempt], use: Any, name: str | None
) -> None:
    before = global_states()
    assert tried(use).moved == (() if name is None else (name,))
    assert global_states() == before


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda: torch.set_default_dtype(torch.float64), "default dtype"),
        (lambda: torch.set_grad_enabled(False), "gradients"),
        (lambda: torch.set_num_threads(2), "number of threads"),
    ],
)
def test_a_setting_that_changed_is_named_and_undone(tried: Callable[..., Attempt], change: Any, name: str) -> None:
    before = torch_settings()
    assert tried(change).changed == (name,)
    assert torch_settings() == before


def test_a_fitness_that_disturbs_nothing_is_said_to_disturb_nothing(tried: Callable[..., Attempt]) -> None:
    before = global_states()
    made = tried(lambda: Score(1.0))
    assert (made.moved, made.changed) == ((), ())
    assert made.seconds >= 0
    assert global_states() == before
