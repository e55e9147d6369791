"""Catches: an identity that ignores a space's own key, or that differs from the text where there is none."""

import numpy as np

from spaces import InputSpec, KeyedSpace, NetworkSpace, SequenceSpec, candidate_key, functional_key, reads_sequences


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


def test_what_a_candidate_computes_is_its_key_unless_the_space_says_more() -> None:
    class OfOneLetter(WordsOfAnyCase):
        def functional_key(self, candidate: str) -> str:
            return candidate[0]

    assert functional_key(Words(), "Abc") == "Abc"
    assert functional_key(WordsOfAnyCase(), "Abc") == "abc"
    assert functional_key(OfOneLetter(), "Abc") == "A"


def test_a_space_that_builds_nothing_is_no_network_space() -> None:
    assert not isinstance(Words(), NetworkSpace)


def test_networks_read_cifar_sized_images_unless_told_otherwise() -> None:
    assert InputSpec() == InputSpec(channels=3, size=32)


def test_inputs_have_the_shape_of_a_batch() -> None:
    assert InputSpec(1, 16).shape(4) == (4, 1, 16, 16)
    assert SequenceSpec(width=5, length=7).shape(4) == (7, 4, 5)


def test_a_space_says_that_its_networks_read_sequences() -> None:
    class Sentences(Words):
        reads = SequenceSpec

    assert reads_sequences(Sentences())
    assert not reads_sequences(Words())
