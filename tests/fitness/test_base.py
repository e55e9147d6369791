"""Catches: a deadline that is missed or imagined, a network built for other pictures than it is shown."""

import time
from collections.abc import Callable

import pytest

from fitness import DeadlineExceededError, EvalContext, Score, SelectiveFitness
from fitness.base import UNLABELLED_OUTPUTS, network_shape, only_pictures, scored_key
from fitness.regression.fitness import RegressionFitness
from spaces import InputSpec, SequenceSpec
from tasks.images.noise import NoiseImages
from tests.tiny import TinyNetworks, TinySequences
from tests.toy import BitStrings, CountedBitStrings, CountOnes, LikesNoSpace


def test_a_deadline_is_an_error_once_it_has_passed_and_not_before(make_context: Callable[..., EvalContext]) -> None:
    make_context(deadline=None).check_deadline()
    make_context(deadline=time.monotonic() + 60).check_deadline()
    with pytest.raises(DeadlineExceededError, match="time-out"):
        make_context(deadline=time.monotonic() - 1e-3).check_deadline()


def test_networks_are_built_for_the_pictures_they_will_see() -> None:
    class Labelled(NoiseImages):
        num_classes = 7  # type: ignore[assignment]

    assert network_shape(NoiseImages(24)) == (InputSpec(channels=3, size=24), UNLABELLED_OUTPUTS)
    assert network_shape(Labelled(32)) == (InputSpec(channels=3, size=32), 7)


def test_only_a_fitness_that_accepts_spaces_is_asked() -> None:
    assert isinstance(RegressionFitness(), SelectiveFitness)
    assert isinstance(LikesNoSpace(), SelectiveFitness)
    assert not isinstance(CountOnes(), SelectiveFitness)


def test_only_networks_that_read_pictures_are_for_what_works_on_them() -> None:
    assert only_pictures(TinyNetworks(), "it looks at") is None
    assert only_pictures(BitStrings(), "it looks at") == "it looks at networks, and this space builds none"
    assert only_pictures(TinySequences(), "it looks at") == "it looks at networks that read pictures"


def test_a_score_needs_no_metrics() -> None:
    assert (Score(1.0).metrics, Score(1.0).build_s) == ({}, 0.0)


def test_a_recurrent_network_reads_and_returns_sequences() -> None:
    class Sentences:
        reads = SequenceSpec

    assert network_shape(NoiseImages(24), Sentences()) == (SequenceSpec(), SequenceSpec().width)


def test_functions_are_scored_once_only_where_space_and_fitness_say_so() -> None:
    class Once:
        scores_functions = True

    counted, plain = CountedBitStrings(length=3), BitStrings(length=3)
    assert scored_key(counted, Once(), (1, 0, 1)) == "2"
    assert scored_key(counted, object(), (1, 0, 1)) == "101"
    assert scored_key(plain, Once(), (1, 0, 1)) == "101"
