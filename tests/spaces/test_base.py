"""Catches: an identity that ignores a space's own key, or that differs from the text where there is none."""

import numpy as np

from spaces import InputSpec, KeyedSpace, NetworkSpace, candidate_key


class Words:
    """A space of words."""

    def sample(self, rng: np.random.Generator) -> str:
        return "Abc"

    def mutate(self, candidate: str, rng: np.random.Generator) -> str:
        return candidate + "c"

    def encode(self, candidate: str) -> str:
        return candidate

    def decode(self, text: str) -> str:
        return text


class WordsOfAnyCase(Words):
    """A space in which case does not count."""

    def key(self, candidate: str) -> str:
        return candidate.lower()


def test_a_space_without_a_key_identifies_candidates_by_their_text() -> None:
    assert candidate_key(Words(), "Abc") == "Abc"
    assert not isinstance(Words(), KeyedSpace)


def test_a_space_with_a_key_identifies_candidates_by_it() -> None:
    assert candidate_key(WordsOfAnyCase(), "Abc") == "abc"


def test_a_space_that_builds_nothing_is_no_network_space() -> None:
    assert not isinstance(Words(), NetworkSpace)


def test_networks_read_cifar_sized_pictures_unless_told_otherwise() -> None:
    assert InputSpec() == InputSpec(channels=3, size=32)
