"""What becomes of one call of a fitness, and of what it leaves behind."""

import math
import random
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

import numpy as np
import torch

from fitness.base import EvalContext, as_score
from spaces.conformance.case import shorten
from tasks import first_line
from tasks.conformance.global_states import global_states

Scoring = Callable[[Any, EvalContext], Any]


@dataclass(frozen=True)
class Attempt:
    """A call of a fitness for one candidate.

    value: of its score, NaN where it gave none
    said: the score's value, the exception, or what was returned instead, in one line
    proper: whether it is a Score or an exception, as the contract allows
    seconds: that it took
    drawn: the images it drew, as digests
    moved: global generators that it moved
    changed: settings of torch that it changed
    built: whether it built the candidate's network, where that was recorded
    """

    value: float
    said: str
    proper: bool = True
    seconds: float = 0.0
    drawn: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    built: bool = True
    result: Any = None
    error: BaseException | None = None

    @property
    def scored(self) -> bool:
        """Return whether there is a score, of a finite value."""
        return math.isfinite(self.value)

    def told(self) -> "Attempt":
        """Return it as another process can be told: without objects that may not pickle."""
        return replace(self, result=None, error=None)


def attempt(fitness: Scoring, candidate: Hashable, context: EvalContext) -> Attempt:
    """Return what became of ``fitness(candidate, context)``; global generators and settings are as they were."""
    with left_as_they_were():
        states, settings = global_states(), torch_settings()
        clock = time.perf_counter()
        try:
            found = _returned(fitness(candidate, context))
        except (Exception, SystemExit) as error:
            found = _raised(error)
        seconds = time.perf_counter() - clock
        moved = tuple(name for name, state in global_states().items() if state != states[name])
        changed = tuple(name for name, value in torch_settings().items() if value != settings[name])
    return replace(found, seconds=seconds, moved=moved, changed=changed)


@contextmanager
def left_as_they_were() -> Iterator[None]:
    """Put the global generators of random, numpy and torch, and torch's settings, back where they were."""
    python, numpy, settings = random.getstate(), np.random.get_state(), torch_settings()
    with torch.random.fork_rng(devices=[]):
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)
            torch.set_default_dtype(settings["default dtype"])
            torch.set_grad_enabled(settings["gradients"])
            torch.set_num_threads(settings["number of threads"])


def torch_settings() -> dict[str, Any]:
    """Return settings of torch that hold for the whole process, by name."""
    return {
        "default dtype": torch.get_default_dtype(),
        "gradients": torch.is_grad_enabled(),
        "number of threads": torch.get_num_threads(),
    }


def _returned(result: Any) -> Attempt:
    try:
        score = as_score(result)
    except TypeError:
        said = f"returns a {type(result).__name__} instead of a Score or a number"
        return Attempt(math.nan, said, proper=False, result=result)
    if not isinstance(score.value, Real):
        said = f"returns a Score whose value is a {type(score.value).__name__} instead of a float"
        return Attempt(math.nan, said, proper=False, result=result)
    return Attempt(float(score.value), repr(float(score.value)), result=score)


def _raised(error: BaseException) -> Attempt:
    said = f"{type(error).__name__}: {shorten(first_line(error))}"
    return Attempt(math.nan, said, proper=isinstance(error, Exception), error=error)
