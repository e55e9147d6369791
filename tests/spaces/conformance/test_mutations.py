"""Catches: a mutation that changes nothing, leaves the space, or depends on more than its generator; a method that is
too slow for a search, and one that is not reported."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from spaces.conformance import mutations
from spaces.conformance.case import SpaceCase
from tests.toy import BitStrings, MirroredBitStrings


class Unmoved(BitStrings):
    def mutate(self, candidate: Any, rng: np.random.Generator) -> Any:
        return candidate


class Mirrors(MirroredBitStrings):
    """A mutation with another text and the same key."""

    def mutate(self, candidate: Any, rng: np.random.Generator) -> Any:
        return candidate[::-1]


class Grows(BitStrings):
    def mutate(self, candidate: Any, rng: np.random.Generator) -> Any:
        return (*candidate, 0)


class StaysRarely(BitStrings):
    """Leaves the space at the third mutation in a row alone."""

    def mutate(self, candidate: Any, rng: np.random.Generator) -> Any:
        return (2,) * 10 if sum(candidate[:2]) == 2 else (1, *candidate[:-1])


class Raises(BitStrings):
    def mutate(self, candidate: Any, rng: np.random.Generator) -> Any:
        raise IndexError("no edge is left")


class Unseeded(BitStrings):
    def mutate(self, candidate: Any, rng: np.random.Generator) -> Any:
        return super().mutate(candidate, np.random.default_rng())


class Remembers(BitStrings):
    """Flips the bits one after the other, whatever the generator."""

    position = 0

    def mutate(self, candidate: Any, rng: np.random.Generator) -> Any:
        self.position = (self.position + 1) % 10
        return tuple(1 - bit if i == self.position else bit for i, bit in enumerate(candidate))


class Slow(BitStrings):
    def encode(self, candidate: Any) -> str:
        time.sleep(0.06)
        return super().encode(candidate)


FAULTS = [
    (mutations.mutation_stays_in_the_space, Unmoved, "which has the same key"),
    (mutations.mutation_stays_in_the_space, Mirrors, "which has the same key"),
    (mutations.mutation_stays_in_the_space, Grows, "ValueError: '"),
    (mutations.mutation_stays_in_the_space, StaysRarely, "ValueError: '2222222222': 10 characters"),
    (mutations.mutation_stays_in_the_space, Raises, "IndexError: no edge is left"),
    (mutations.mutation_follows_its_generator, Unseeded, "equal generators mutated"),
    (mutations.mutation_follows_its_generator, Remembers, "equal generators mutated"),
    (mutations.speed, Slow, "encode takes 6"),
]


@pytest.mark.parametrize(("check", "space", "words"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_space_is_noticed(complaint: Callable[..., str], check: Any, space: type, words: str) -> None:
    assert words in complaint(check, space())


def test_every_small_method_is_measured() -> None:
    seconds = mutations.measure(SpaceCase(BitStrings(), BitStrings(), members=4))
    assert list(seconds) == ["sample", "mutate", "encode", "decode", "key"]
    assert all(value > 0 for value in seconds.values())
    assert "decode" in mutations.speed(SpaceCase(BitStrings(), BitStrings(), members=4))
