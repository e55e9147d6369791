"""Catches: hidden randomness or state behind sample and key, candidates that change, do not hash or do not travel, and
checks of these that see nothing; a check of frozenness that refuses plain immutable values."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import pytest
import torch

from spaces.conformance import candidates
from spaces.conformance.case import Nonconformance, SpaceCase
from tests.toy import BitStrings


@dataclass(frozen=True)
class Frozen:
    parts: Any


@dataclass(eq=True, unsafe_hash=True)
class Thawed:
    parts: Any


class Plain:
    """An object that takes any attribute."""


class Colour(Enum):
    RED = 1


class Wrapping(BitStrings):
    """Bit strings inside of something."""

    wrapped: Callable[[Any], Any] = Frozen

    def sample(self, rng: np.random.Generator) -> Any:
        return type(self).wrapped(super().sample(rng))

    def mutate(self, candidate: Any, rng: np.random.Generator) -> Any:
        return type(self).wrapped(super().mutate(candidate.parts, rng))

    def encode(self, candidate: Any) -> str:
        return super().encode(candidate.parts)

    def decode(self, text: str) -> Any:
        return type(self).wrapped(super().decode(text))


class Counting(BitStrings):
    """Samples depend on how many were drawn before."""

    drawn = 0

    def sample(self, rng: np.random.Generator) -> tuple[int, ...]:
        self.drawn += 1
        return (self.drawn % 2, *super().sample(rng)[1:])


class Unseeded(BitStrings):
    def sample(self, rng: np.random.Generator) -> tuple[int, ...]:
        return super().sample(np.random.default_rng())


class Constant(BitStrings):
    def sample(self, rng: np.random.Generator) -> tuple[int, ...]:
        return (0,) * 10


class Lists(BitStrings):
    def sample(self, rng: np.random.Generator) -> Any:
        return list(super().sample(rng))


class OfThawed(Wrapping):
    wrapped = Thawed


class Local(Wrapping):
    """Candidates of a class that pickle cannot find again."""

    @staticmethod
    def wrapped(parts: Any) -> Any:
        @dataclass(frozen=True)
        class Hidden:
            parts: Any

        return Hidden(parts)


class UsesPython(BitStrings):
    def mutate(self, candidate: Any, rng: np.random.Generator) -> Any:
        random.random()
        return super().mutate(candidate, rng)


class UsesNumpy(BitStrings):
    def encode(self, candidate: Any) -> str:
        np.random.rand()
        return super().encode(candidate)


class UsesTorch(BitStrings):
    def decode(self, text: str) -> Any:
        torch.rand(())
        return super().decode(text)


class KeyOfItsOwn(BitStrings):
    """A key that depends on the object."""

    def key(self, candidate: Any) -> str:
        return str(id(candidate))


class KeyIsNumber(BitStrings):
    def key(self, candidate: Any) -> int:
        return sum(candidate)


class FunctionsFinerThanKeys(BitStrings):
    def key(self, candidate: Any) -> str:
        return str(candidate[0])

    def functional_key(self, candidate: Any) -> str:
        return self.encode(candidate)


FAULTS = [
    (candidates.sample_follows_its_generator, Counting, "equal generators gave"),
    (candidates.sample_follows_its_generator, Unseeded, "equal generators gave"),
    (candidates.samples_differ, Constant, "8 generators all gave 0000000000"),
    (candidates.candidates_are_immutable, Lists, "TypeError: unhashable type"),
    (candidates.candidates_are_immutable, OfThawed, "Thawed can be changed"),
    (candidates.candidates_pickle, Local, "Hidden"),
    (candidates.global_randomness_is_left_alone, UsesPython, "the global generator of random was used"),
    (candidates.global_randomness_is_left_alone, UsesNumpy, "the global generator of numpy.random was used"),
    (candidates.global_randomness_is_left_alone, UsesTorch, "the global generator of torch was used"),
    (candidates.key_is_of_the_candidate, KeyOfItsOwn, "its keys are"),
    (candidates.key_is_of_the_candidate, KeyIsNumber, "a text is needed"),
    (candidates.key_is_of_the_candidate, FunctionsFinerThanKeys, "that of a candidate of another functional key"),
]


@pytest.mark.parametrize(("check", "space", "words"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_space_is_noticed(complaint: Callable[..., str], check: Any, space: type, words: str) -> None:
    assert words in complaint(check, space())


def test_a_key_that_another_process_gives_otherwise_is_noticed(complaint: Callable[..., str]) -> None:
    class Salted(BitStrings):
        def __init__(self, salt: str = "") -> None:
            super().__init__()
            self.salt = salt

        def key(self, candidate: Any) -> str:
            return self.salt + self.encode(candidate)

    words = complaint(candidates.key_is_of_the_candidate, Salted("a"), twin=Salted("b"))
    assert "its keys are 'a" in words


@pytest.mark.parametrize(
    "value", [1, "x", None, 2.5, b"x", Colour.RED, (1, ("x", None)), frozenset({1}), Frozen((1, 2)), range(3)]
)
def test_immutable_values_are_accepted(value: Any) -> None:
    assert passes_as_immutable(value)


@pytest.mark.parametrize("value", [[1], {}, Plain(), np.zeros(2), ([1],), Frozen([1]), Frozen((Plain(),)), Thawed(1)])
def test_mutable_values_are_found_however_deep(value: Any) -> None:
    assert not passes_as_immutable(value)


def passes_as_immutable(value: Any) -> bool:
    class Only(BitStrings):
        def sample(self, rng: np.random.Generator) -> Any:
            return value

    try:
        candidates.candidates_are_immutable(SpaceCase(Only(), Only(), members=1))
    except Nonconformance:
        return False
    return True
