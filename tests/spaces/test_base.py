"""Catches: an identity that ignores a space's own key, or that differs from the text where there is none; stages that
are no list any more, or that do not answer what builds on them."""

from copy import deepcopy

import numpy as np
import pytest
from torch import Tensor, nn

from spaces import (
    FeatureInfo,
    FeatureNetwork,
    InputSpec,
    KeyedSpace,
    NetworkSpace,
    SequenceSpec,
    candidate_key,
    functional_key,
    reads_sequences,
)


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


class Bare(FeatureNetwork):
    """A network whose stages are set from outside, and that has a name for itself which its base has, too."""

    def __init__(self, stages: list[FeatureInfo]) -> None:
        super().__init__()
        self._stages = "its own"
        self.feature_info = stages

    def forward_features(self, x: Tensor) -> list[Tensor]:
        return [x for _ in self.feature_info]

    def forward(self, x: Tensor) -> Tensor:
        return x


def test_stages_are_the_list_that_was_set_and_answer_timms_questions() -> None:
    plain = [FeatureInfo(8, 1), FeatureInfo(16, 2), FeatureInfo(40, 8)]
    network = Bare(plain)
    assert network.feature_info == plain
    assert network.feature_info[-2:] == plain[-2:]
    assert (network.feature_info.channels(), network.feature_info.reduction()) == ([8, 16, 40], [1, 2, 8])
    assert network._stages == "its own"
    assert deepcopy(network).feature_info.channels() == [8, 16, 40]


def test_a_network_that_sets_no_stages_says_which_attribute_it_lacks() -> None:
    network = Bare.__new__(Bare)
    nn.Module.__init__(network)
    with pytest.raises(AttributeError, match="feature_info"):
        _ = network.feature_info
