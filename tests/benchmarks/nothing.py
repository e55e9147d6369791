"""A space and a fitness that cost nothing, so that whatever time is left is the engine's."""

from dataclasses import dataclass

import numpy as np

from fitness import EvalContext, Score

BITS = 64


@dataclass(frozen=True)
class Word:
    """A candidate of ``BITS`` bits."""

    bits: int


class Words:
    """All words; a neighbour has one bit flipped."""

    def sample(self, rng: np.random.Generator) -> Word:
        """Return a random word."""
        return Word(int(rng.integers(2**BITS, dtype=np.uint64)))

    def mutate(self, candidate: Word, rng: np.random.Generator) -> Word:
        """Return the word with one bit flipped."""
        return Word(candidate.bits ^ 1 << int(rng.integers(BITS)))

    def encode(self, candidate: Word) -> str:
        """Return it in hexadecimal."""
        return f"{candidate.bits:016x}"

    def decode(self, text: str) -> Word:
        """Return the word of a text; raises ValueError for anything but hexadecimal."""
        return Word(int(text, 16))


class Nothing:
    """Counts ones."""

    def __call__(self, candidate: Word, context: EvalContext) -> Score:
        """Return the number of ones."""
        return Score(candidate.bits.bit_count())
