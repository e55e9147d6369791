"""Catches: a deadline that is missed or imagined, a network built for other images than it is shown."""

import time
from collections.abc import Callable

import numpy as np
import pytest
import torch

from fitness import DeadlineExceededError, EvalContext, Fitness, Score
from fitness.base import UNLABELLED_OUTPUTS, as_score, network_shape, only_images, scored_key
from fitness.regression.fitness import RegressionFitness
from spaces import InputSpec, SequenceSpec
from tasks import UsageError
from tasks.images.noise import NoiseImages
from tests.tiny import TinyNetworks, TinySequences
from tests.toy import BitStrings, CountedBitStrings, CountOnes, CountOnesOnly, LikesEvenSeeds, LikesNoSpace

MakeContext = Callable[..., EvalContext]


def test_a_deadline_is_an_error_once_it_has_passed_and_not_before(make_context: Callable[..., EvalContext]) -> None:
    make_context(deadline=None).check_deadline()
    make_context(deadline=time.monotonic() + 60).check_deadline()
    with pytest.raises(DeadlineExceededError, match="time-out"):
        make_context(deadline=time.monotonic() - 1e-3).check_deadline()


@pytest.mark.parametrize("value", [2.5, np.float32(2.5), np.array(2.5)[()], torch.tensor(2.5), torch.tensor([2.5])])
def test_a_number_is_taken_as_the_value_of_a_score(value: object) -> None:
    assert as_score(value) == Score(2.5)
    assert type(as_score(value).value) is float
    whole = Score(1.0, {"a": 2.0})
    assert as_score(whole) is whole


@pytest.mark.parametrize("value", [None, True, np.True_, "2.5", [2.5], torch.ones(2), 1j])
def test_what_is_no_number_is_no_score(value: object) -> None:
    with pytest.raises(TypeError, match="neither a Score nor a number"):
        as_score(value)


def test_networks_are_built_for_the_images_they_will_see() -> None:
    class Labelled(NoiseImages):
        num_classes = 7  # type: ignore[assignment]

    class Planes(NoiseImages):
        channels = 4

    assert network_shape(Planes(24)) == (InputSpec(channels=4, size=24), UNLABELLED_OUTPUTS)
    assert network_shape(NoiseImages(24)) == (InputSpec(channels=3, size=24), UNLABELLED_OUTPUTS)
    assert network_shape(Labelled(32)) == (InputSpec(channels=3, size=32), 7)


def test_a_fitness_of_another_base_gets_the_defaults_and_keeps_what_it_has(make_context: MakeContext) -> None:
    plain, choosy = Fitness.of(CountOnes(noise=0)), Fitness.of(LikesNoSpace())
    assert (plain.accepts(BitStrings()), plain.scores_functions) == (None, False)
    assert not plain.needs_cuda
    assert Fitness.of(Costly()).needs_cuda
    plain.check_seed(1)
    assert plain.options_in_force(NoiseImages(8)) == ()
    assert plain((1, 0, 1), make_context()).value == 2
    assert choosy.accepts(BitStrings()) is not None
    assert Fitness.of(CountOnesOnly()).scores_functions
    with pytest.raises(UsageError):
        Fitness.of(LikesEvenSeeds()).check_seed(1)
    made = RegressionFitness()
    assert Fitness.of(made) is made


class Costly(CountOnes):
    """A fitness that says that it needs CUDA, and has not the base."""

    needs_cuda = True


def test_only_networks_that_read_images_are_for_what_works_on_them() -> None:
    assert only_images(TinyNetworks(), "it looks at") is None
    assert only_images(BitStrings(), "it looks at") == "it looks at networks, and this space builds none"
    assert only_images(TinySequences(), "it looks at") == "it looks at networks that read images"


def test_a_score_needs_no_metrics() -> None:
    assert (Score(1.0).metrics, Score(1.0).build_s) == ({}, 0.0)


def test_a_recurrent_network_reads_and_returns_sequences() -> None:
    class Sentences:
        reads = SequenceSpec

    assert network_shape(NoiseImages(24), Sentences()) == (SequenceSpec(), SequenceSpec().width)


def test_functions_are_scored_once_only_where_space_and_fitness_say_so() -> None:
    counted, plain = CountedBitStrings(length=3), BitStrings(length=3)
    every, once = Fitness.of(CountOnes()), Fitness.of(CountOnesOnly())
    assert scored_key(counted, once, (1, 0, 1)) == "2"
    assert scored_key(counted, every, (1, 0, 1)) == "101"
    assert scored_key(plain, once, (1, 0, 1)) == "101"
