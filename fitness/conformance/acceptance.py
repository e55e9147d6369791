"""The check of whether a fitness says which spaces it can score."""

from functools import partial

import numpy as np

from fitness.base import Fitness
from fitness.conformance.case import Case
from spaces.conformance.case import naming, require

_LETTERS = "abcdefgh"


class Letters:
    """A space whose candidates are letters, and no networks."""

    def sample(self, rng: np.random.Generator) -> str:
        """Return a random letter."""
        return _LETTERS[int(rng.integers(len(_LETTERS)))]

    def mutate(self, candidate: str, rng: np.random.Generator) -> str:
        """Return another letter."""
        return _LETTERS[(_LETTERS.index(candidate) + 1) % len(_LETTERS)]

    def encode(self, candidate: str) -> str:
        """Return the letter."""
        return candidate

    def decode(self, text: str) -> str:
        """Return the letter; raises ValueError for anything else."""
        if len(text) != 1 or text not in _LETTERS:
            raise ValueError(f"{text!r} is none of {', '.join(_LETTERS)}")
        return text


def accepts_or_refuses(case: Case) -> str:
    """Of any space, the fitness says by None that it can score it, or why it cannot."""
    fitness = Fitness.of(case.make())
    said = []
    for name, space in (("the space", case.space), ("one without networks", Letters())):
        with naming(partial(str, name)):
            reason = fitness.accepts(space)
            require(_is_answer(reason), f"accepts() gives {reason!r}; None or a reason of one line is needed")
        said.append(f"{'accepts' if reason is None else 'refuses'} {name}")
    return ", ".join(said)


def _is_answer(reason: object) -> bool:
    return reason is None or (isinstance(reason, str) and len(reason.splitlines()) == 1)
