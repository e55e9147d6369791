"""Catches: a batch that differs from candidate to candidate, weights that depend on what was measured before, labels
that are not the images' own, a table that misses a measure, dropout in what recurrent networks are measured by."""

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from fitness import FITNESSES, DeadlineExceededError, EvalContext
from fitness.zero_cost.fitness import ZeroCostFitness, labelled_batch
from fitness.zero_cost.measures import MEASURES
from spaces import InputSpec, SequenceSpec
from spaces.nasbench_nlp.space import NasBenchNlp
from tasks import ImageBatch, Split, derive_rng
from tasks.foundation.errors import UsageError
from tasks.images.digits import Digits
from tasks.images.noise import NoiseImages
from tests.spaces.reference_cells import LSTM
from tests.tiny import TinyNetworks, TinySequences
from tests.toy import BitStrings

MakeContext = Callable[..., EvalContext]
DEFINED = sorted(set(MEASURES) - {"hidden_covariance", "naswot", "swap"})  # tiny networks have no states and no ReLU
RECURRENT = ["grad_norm", "hidden_covariance", "jacob_cov", "num_layers", "snip", "zico"]
ONLY_RECURRENT = ["hidden_covariance"]
BY_LABELS = ["fisher", "grad_norm", "grasp", "intrain", "snip", "zico"]


@pytest.mark.parametrize("measure", DEFINED)
def test_a_score_is_a_function_of_the_seeds(measure: str, make_context: MakeContext) -> None:
    fitness = ZeroCostFitness(measure=measure, batch=4)
    first = fitness(3, make_context(seed=1)).value
    fitness(7, make_context(seed=2))
    assert fitness(3, make_context(seed=1)).value == first
    assert ZeroCostFitness(measure=measure, batch=4)(3, make_context(seed=1)).value == first
    assert (fitness(3, make_context(seed=8)).value != first) == (measure != "num_layers")


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_every_measure_has_its_name_among_the_fitnesses(measure: str) -> None:
    assert isinstance(FITNESSES.build(measure, {"batch": "8"}), ZeroCostFitness)


@pytest.mark.parametrize("measure", ["naswot", "swap"])
def test_a_network_that_cannot_be_measured_is_an_error(measure: str, make_context: MakeContext) -> None:
    with pytest.raises(ValueError, match=f"{measure}: the network has no ReLU"):
        ZeroCostFitness(measure=measure, batch=4)(3, make_context())


def test_a_score_is_the_mean_over_draws_of_initial_weights(make_context: MakeContext) -> None:
    context = make_context()
    once = ZeroCostFitness(measure="near", batch=4)
    scores = [once(3, context).value for _ in range(3)]  # each goes on with the candidate's generator
    assert ZeroCostFitness(measure="near", batch=4, draws=3)(3, make_context()).value == pytest.approx(np.mean(scores))
    assert len(set(scores)) == 3


def test_draws_end_with_the_trial(make_context: MakeContext) -> None:
    with pytest.raises(DeadlineExceededError):
        ZeroCostFitness(measure="near", batch=4, draws=3)(3, make_context(deadline=time.monotonic()))


def test_labels_are_the_images_own_or_drawn_once_per_run(make_context: MakeContext) -> None:
    noise = labelled_batch(50, make_context())
    assert torch.equal(noise.labels, labelled_batch(50, make_context(seed=77)).labels)
    assert not torch.equal(noise.labels, labelled_batch(50, make_context(data_seed=77)).labels)
    digits = labelled_batch(20, replace(make_context(), images=Digits()))
    assert digits.labels is not None
    assert int(digits.labels.max()) <= 9


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_what_cannot_be_measured_is_refused_beforehand(measure: str) -> None:
    fitness = ZeroCostFitness(measure=measure)
    unread = f"{measure} measures recurrent networks, and this space has none"
    assert fitness.accepts(TinyNetworks()) == (unread if measure in ONLY_RECURRENT else None)
    assert ("recurrent" if measure in ONLY_RECURRENT else "builds none") in (fitness.accepts(BitStrings()) or "")
    refusal = fitness.accepts(TinySequences())
    assert refusal is None if measure in RECURRENT else f"{measure} measures networks that read images" == refusal


@pytest.mark.parametrize("name", sorted({*MEASURES, "vote"} - set(ONLY_RECURRENT)))
def test_one_class_is_no_label_for_what_depends_on_labels(name: str) -> None:
    one, two = (FITNESSES.build(name, {}, source=OfClasses(count)) for count in (1, 2))
    by = name if name in (*BY_LABELS, "vote") else None
    expected = None if by is None else f"{by} depends on labels, and these images have one class, which is no label"
    assert (one.accepts(TinyNetworks()), two.accepts(TinyNetworks())) == (expected, None)
    assert FITNESSES.build(name, {}, source=NoiseImages()).accepts(TinyNetworks()) is None  # which has random labels
    if name in RECURRENT:
        assert one.accepts(TinySequences()) is None


class Few:
    """Noise of which there are ``there`` images; ``shifted``: whether each is another one wherever it is drawn."""

    size, num_classes = 8, None

    def __init__(self, there: int, *, shifted: bool = False) -> None:
        self._there, self._shifted = there, shifted

    def count(self, split: Split) -> int:
        return self._there

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        images = NoiseImages(self.size).draw(count if self._shifted else self._there, rng, split=split).images
        return ImageBatch(images[torch.arange(count) % len(images)])


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_too_few_images_for_what_tells_them_apart_are_refused_at_the_start(measure: str) -> None:
    apart = measure == "naswot"  # whose kernel is singular where two images are equal
    for source, batch, fits in (
        (Few(5), 6, not apart),
        (Few(5), 5, True),
        (Few(5, shifted=True), 6, True),
        (NoiseImages(size=8), 6, True),
    ):
        fitness = ZeroCostFitness(measure=measure, batch=batch, source=source)
        if fits:
            fitness.check_seed(3)
            continue
        words = "fitness 'naswot' tells 6 images apart, and of the 5 to train on it draws some twice; .*naswot.batch=5."
        with pytest.raises(UsageError, match=words):
            fitness.check_seed(3)
    ZeroCostFitness(measure=measure).check_seed(3)


@pytest.mark.parametrize("measure", DEFINED)
def test_scores_depend_on_labels_where_the_table_says_so(measure: str, make_context: MakeContext) -> None:
    plain = ZeroCostFitness(measure=measure, batch=8)
    context = replace(make_context(), images=Digits(16))
    batch = labelled_batch(8, context)
    assert batch.labels is not None
    network = TinyNetworks().build(5, InputSpec(3, 16), 10).train()
    scores = []
    for labels in (batch.labels, 9 - batch.labels):
        torch.manual_seed(1)  # where a measure draws by itself
        scores.append(plain._function(network, batch.images, labels))
    assert (scores[0] != scores[1]) == (measure in BY_LABELS)


class OfClasses(Digits):
    """Digits of so many classes."""

    def __init__(self, count: int) -> None:
        super().__init__(8)
        object.__setattr__(self, "num_classes", count)


@pytest.mark.parametrize("measure", RECURRENT)
def test_recurrent_networks_are_measured_on_sentences_without_dropout(measure: str, make_context: MakeContext) -> None:
    fitness = ZeroCostFitness(measure=measure, batch=4)
    rates = [{}, {"dropout": "none"}]
    dropping, plain = (replace(make_context(), space=NasBenchNlp(emsize=6, nhid=6, **rate)) for rate in rates)
    cell = plain.space.decode(LSTM)
    scores = [fitness(cell, replace(context, rng=derive_rng(7))).value for context in (dropping, plain, plain)]
    assert math.isfinite(scores[0])
    assert scores[0] == scores[1] == scores[2]
    other = fitness(cell, replace(plain, data_seed=9, rng=derive_rng(7))).value
    assert (other != scores[0]) == (measure != "num_layers")


@pytest.mark.parametrize("batch", [-1, 1])
def test_a_batch_of_one_is_refused(batch: int) -> None:
    with pytest.raises(ValueError, match=f"batch={batch}"):
        ZeroCostFitness(measure="snip", batch=batch)


def test_draws_below_none_are_refused() -> None:
    with pytest.raises(ValueError, match="draws=-1"):
        ZeroCostFitness(measure="near", draws=-1)


def test_what_was_asked_for_before_there_were_draws_is_asked_for_still() -> None:
    assert FITNESSES.resolve("synflow", {"batch": "8"}) == {"batch": 8}
    assert FITNESSES.resolve("synflow", {"draws": "2"}) == {"batch": 0, "draws": 2}


def test_sentences_have_the_steps_and_words_that_a_measure_asks_for(make_context: MakeContext) -> None:
    context = replace(make_context(), space=TinySequences())
    plain, longer = SequenceSpec(), SequenceSpec(width=9, length=70)
    assert labelled_batch(3, context).images.shape == (3, plain.length, plain.width)
    assert labelled_batch(3, context, sentences=longer).images.shape == (3, 70, 9)
    fitness = ZeroCostFitness(measure="hidden_covariance")
    assert fitness._drawn(context).images.shape == (10, 35, 10_000)
    assert math.isfinite(fitness(5, context).value)  # so its network reads as many words
