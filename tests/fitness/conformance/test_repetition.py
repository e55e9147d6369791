"""Catches: a score that depends on the clock, on what was scored before, on which candidate came first, on the process
or on global random state, and that no check notices; a comparison that is not exact."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pytest
import torch

from fitness import EvalContext, Score
from fitness.base import network_shape
from fitness.conformance import repetition
from fitness.conformance.attempt import Attempt
from fitness.conformance.case import Case
from tests.tiny_fitness import Brightness
from tests.toy import BitStrings, CountOnes


class Clocked(CountOnes):
    """Gets better by a last bit with every call."""

    calls = count()

    def __call__(self, candidate: Any, context: EvalContext) -> Score:
        return Score(1.0 + next(self.calls) * 2**-52)


class Remembers(Brightness):
    """Trains on with the network of the last candidate, where it has the same width."""

    last: Any = None
    width = 0

    def network(self, candidate: int, context: EvalContext) -> Any:
        made = super().network(candidate, context)
        if candidate == self.width:
            made.load_state_dict(self.last)
        self.last, self.width = made.state_dict(), candidate
        return made


class RunningMean(CountOnes):
    """Compares with the mean of all scores so far."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[float] = []

    def __call__(self, candidate: Any, context: EvalContext) -> Score:
        self.seen.append(super().__call__(candidate, context).value)
        return Score(self.seen[-1] - sum(self.seen) / len(self.seen))


class FirstDecides(CountOnes):
    """Keeps noise that the first candidate drew."""

    shift: float | None = None

    def __call__(self, candidate: Any, context: EvalContext) -> Score:
        if self.shift is None:
            self.shift = float(context.rng.standard_normal())
        return Score(sum(candidate) + self.shift)


class WeightsOfTorch(Brightness):
    """Weights are drawn from torch's global generator."""

    def network(self, candidate: int, context: EvalContext) -> Any:
        return context.space.build(candidate, *network_shape(context.images))  # type: ignore[attr-defined]


def noisy(draw: Callable[[], float]) -> type[CountOnes]:
    class Noisy(CountOnes):
        def __call__(self, candidate: Any, context: EvalContext) -> Score:
            return Score(sum(candidate) + 1e-9 * draw())

    return Noisy


class FailsAgain(CountOnes):
    """Raises for a candidate that it has met."""

    def __init__(self) -> None:
        super().__init__()
        self.met: set[Any] = set()

    def __call__(self, candidate: Any, context: EvalContext) -> Score:
        if candidate in self.met:
            raise ValueError("met before")
        self.met.add(candidate)
        return super().__call__(candidate, context)


BITS = BitStrings()
FAULTS = [
    (repetition.scores_repeat, Clocked, BITS, "with others scored in between; for "),
    (repetition.scores_repeat, RunningMean, BITS, "with others scored in between; for "),
    (repetition.scores_repeat, FailsAgain, BITS, "and then ValueError: met before, with others scored in between"),
    (repetition.scores_repeat, Remembers, None, "scored twice in a row; for "),
    (repetition.fresh_instance_agrees, FirstDecides, BITS, "a fresh instance, in another order; for "),
    (repetition.another_process_agrees, Clocked, BITS, "in another process; for "),
    (repetition.global_randomness_has_no_say, WeightsOfTorch, None, "after seeding the global generators; draw from"),
    (repetition.global_randomness_has_no_say, noisy(random.random), BITS, "after seeding the global generators"),
    (repetition.global_randomness_has_no_say, noisy(np.random.rand), BITS, "after seeding the global generators"),  # type: ignore[arg-type]
    (
        repetition.global_randomness_has_no_say,
        noisy(lambda: float(torch.rand(()))),
        BITS,
        "after seeding the global generators",
    ),
]


@pytest.mark.parametrize(
    ("check", "fitness", "space", "words"), FAULTS, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_broken_fitness_is_noticed(
    complaint: Callable[..., str], check: Any, fitness: type, space: Any, words: str
) -> None:
    assert words in complaint(check, fitness, space=space)


def test_both_scores_are_shown_to_the_last_bit(complaint: Callable[..., str]) -> None:
    Clocked.calls = count()
    said = complaint(repetition.scores_repeat, Clocked, space=BITS, members=2)
    assert said.startswith("1.0 and then 1.0000000000000004, with others")


def test_another_process_is_asked_for_the_same_members(make_case: Callable[..., Case]) -> None:
    asked: list[str] = []

    def elsewhere(texts: Sequence[str], limit_s: float) -> list[Attempt]:
        asked.extend(texts)
        return [replace(made, value=0.0, said="0.0") for made in case.answer(texts)]

    case = make_case(CountOnes, space=BITS, elsewhere=elsewhere)
    with pytest.raises(Exception, match=r"and then 0\.0, in another process; for"):
        repetition.another_process_agrees(case)
    assert asked == [BITS.encode(case.candidates[number]) for number in case.again]


def test_a_fresh_instance_meets_the_members_in_another_order(make_case: Callable[..., Case]) -> None:
    met: list[Any] = []

    class Watches(CountOnes):
        def __call__(self, candidate: Any, context: EvalContext) -> Score:
            met.append(candidate)
            return super().__call__(candidate, context)

    case = make_case(Watches, space=BITS)
    _ = case.attempts
    met.clear()
    repetition.fresh_instance_agrees(case)
    assert met == [case.candidates[1], case.candidates[0]]
