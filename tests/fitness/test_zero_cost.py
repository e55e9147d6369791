"""Catches: a batch that differs from candidate to candidate, weights that depend on what was measured before, labels
that are not the pictures' own, a table that misses a measure."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from fitness import FITNESSES, EvalContext
from fitness.zero_cost import MEASURES, ZeroCostFitness, labelled_batch
from spaces import SequenceSpec
from tasks.digits import Digits
from tests.tiny import TinyNetworks
from tests.toy import BitStrings

MakeContext = Callable[..., EvalContext]
DEFINED = sorted(set(MEASURES) - {"naswot"})  # tiny networks have no ReLU


@pytest.mark.parametrize("measure", DEFINED)
def test_a_score_is_a_function_of_the_seeds(measure: str, make_context: MakeContext) -> None:
    fitness = ZeroCostFitness(measure=measure, batch=4)
    first = fitness(3, make_context(seed=1)).value
    fitness(7, make_context(seed=2))
    assert fitness(3, make_context(seed=1)).value == first
    assert ZeroCostFitness(measure=measure, batch=4)(3, make_context(seed=1)).value == first
    assert fitness(3, make_context(seed=8)).value != first


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_every_measure_has_its_name_among_the_fitnesses(measure: str) -> None:
    assert isinstance(FITNESSES.build(measure, {"batch": "8"}), ZeroCostFitness)


def test_a_network_that_cannot_be_measured_is_an_error(make_context: MakeContext) -> None:
    with pytest.raises(ValueError, match="no ReLU"):
        ZeroCostFitness(measure="naswot", batch=4)(3, make_context())


def test_labels_are_the_pictures_own_or_drawn_once_per_run(make_context: MakeContext) -> None:
    noise = labelled_batch(50, make_context())
    assert torch.equal(noise.labels, labelled_batch(50, make_context(seed=77)).labels)
    assert not torch.equal(noise.labels, labelled_batch(50, make_context(data_seed=77)).labels)
    digits = labelled_batch(20, replace(make_context(), images=Digits()))
    assert digits.labels is not None
    assert int(digits.labels.max()) <= 9


def test_what_cannot_be_measured_is_refused_beforehand() -> None:
    class Recurrent(TinyNetworks):
        reads = SequenceSpec

    fitness = ZeroCostFitness(measure="snip")
    assert fitness.accepts(TinyNetworks()) is None
    assert "builds none" in (fitness.accepts(BitStrings()) or "")
    assert "pictures" in (fitness.accepts(Recurrent()) or "")


@pytest.mark.parametrize("batch", [-1, 1])
def test_a_batch_of_one_is_refused(batch: int) -> None:
    with pytest.raises(ValueError, match=f"batch={batch}"):
        ZeroCostFitness(measure="snip", batch=batch)
