"""Fitnesses that look at one batch and train nothing (Abdelfattah et al., Zero-Cost Proxies, 2021).

Letters: B batch.
"""

import time
from collections.abc import Hashable
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from fitness.base import EvalContext, Fitness, Score, network_shape, only_images
from fitness.determinism import seeded, seeded_dropout
from fitness.once_per_run import OncePerRun
from fitness.zero_cost.measures import MEASURES
from fitness.zero_cost.sentences import BatchFirst, draw_sentences
from spaces import NetworkSpace, SearchSpace, SequenceSpec, reads_sequences
from tasks import CountedSource, ImageBatch, ImageSource, Split, UsageError, derive_rng

_SENTENCES = SequenceSpec()


class ZeroCostFitness(Fitness):
    """One measure of a candidate's network on one batch, the same batch for all candidates of a run.

    measure: its name
    batch: number of images, 0 for as many as it was published with
    draws: initial weights that the score is the mean over, 0 for as many as the table of measures says

    Where the images have no labels, random ones take their place, drawn once per run; images of one class are refused
    by what depends on labels, as its gradients would be 0. Recurrent networks read sentences of random words and have
    to predict each next one, without dropout.
    """

    later_options: ClassVar[tuple[str, ...]] = ("draws",)

    def __init__(self, *, measure: str, batch: int = 0, draws: int = 0, source: ImageSource | None = None) -> None:
        """Raise ValueError for a batch that cannot be compared, or draws below 0."""
        if batch < 0 or batch == 1:
            raise ValueError(f"batch={batch}: 0 for the published size, or at least 2, is needed")
        if draws < 0:
            raise ValueError(f"draws={draws}: 0 for the default, or at least 1, is needed")
        self._name = measure
        self._measure = MEASURES[measure]
        self._function = self._measure.load()
        self._batch = batch or self._measure.batch
        self._draws = draws or self._measure.draws
        words, steps = self._measure.words, self._measure.steps
        self._sentences = SequenceSpec(words or _SENTENCES.width, steps or _SENTENCES.length)
        self._drawn = OncePerRun(self._draw)
        self._source = source
        self._one_class = self._measure.by_labels and source is not None and source.num_classes == 1

    def accepts(self, space: SearchSpace[Any]) -> str | None:
        """Return why this fitness cannot score ``space``, or None if it can."""
        return self.refuses(space, self._name)

    def refuses(self, space: SearchSpace[Any], called: str) -> str | None:
        """Return the same in words of a fitness called ``called``, which this one may be a part of."""
        recurrent = isinstance(space, NetworkSpace) and reads_sequences(space)
        if self._measure.recurrent and recurrent:
            return None
        if not self._measure.images:
            return f"{called} measures recurrent networks, and this space has none"
        if self._one_class:
            return f"{called} depends on labels, and these images have one class, which is no label"
        return only_images(space, f"{called} measures")

    def check_seed(self, data_seed: int) -> None:
        """Raise UsageError where this seed draws an image twice of too few, and the measure is not defined for that."""
        source = self._source
        if not self._measure.tells_apart or not isinstance(source, CountedSource):
            return
        there = source.count(Split.TRAIN)
        if there < self._batch and _repeats(source.draw(self._batch, _batch_rng(data_seed)).images):
            raise UsageError(
                f"fitness {self._name!r} tells {self._batch} images apart, and of the {there} to train on it draws "
                f"some twice; take more images, or at most {self._name}(batch={max(there, 2)})"
            )

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return the measure; raises ValueError where it is not defined for the network."""
        batch = self._drawn(context)
        scores = [self._once(candidate, batch, context) for _ in range(self._draws)]
        value, build_s = (sum(parts) / self._draws for parts in zip(*scores, strict=True))
        return Score(value, build_s=build_s * self._draws)

    def _once(self, candidate: Hashable, batch: ImageBatch, context: EvalContext) -> tuple[float, float]:
        """Return the score with one draw of initial weights, and the seconds that building took."""
        context.check_deadline()
        clock = time.perf_counter()
        network = build_untrained(candidate, context, sentences=self._sentences)
        build_s = time.perf_counter() - clock
        assert batch.labels is not None
        factor = self._factor(network)
        with seeded_dropout(context):
            return factor * self._function(network, batch.images, batch.labels), build_s

    def _factor(self, network: nn.Module) -> float:
        """Return what the measure of a network is multiplied by."""
        return 1.0

    def _draw(self, context: EvalContext) -> ImageBatch:
        return labelled_batch(self._batch, context, sentences=self._sentences)


def build_untrained(candidate: Hashable, context: EvalContext, *, sentences: SequenceSpec = _SENTENCES) -> nn.Module:
    """Return the candidate's network, weights drawn from the context's ``rng``.

    One that reads images is in training mode, for the statistics of its batch; one that reads sequences has none, is
    in evaluation mode, and reads [B, L, D].
    """
    assert isinstance(context.space, NetworkSpace)
    recurrent = reads_sequences(context.space)
    shape = (sentences, sentences.width) if recurrent else network_shape(context.images, context.space)
    with seeded(int(context.rng.integers(2**63))):
        network = context.space.build(candidate, *shape)
    if recurrent:
        return BatchFirst(network).to(context.device).eval()
    return network.to(context.device).to(memory_format=torch.channels_last).train()


def labelled_batch(count: int, context: EvalContext, *, sentences: SequenceSpec = _SENTENCES) -> ImageBatch:
    """Return what the networks of a run read, and labels; both depend on the run's seed alone.

    Images [B, 3, S, S] with labels [B], or sentences [B, L, D] with labels [B, L]; B is ``count``, S the side of a
    image in pixels, L steps and D words.
    """
    rng = _batch_rng(context.data_seed)
    if reads_sequences(context.space):
        words, following = draw_sentences(count, sentences, rng)
        return ImageBatch(words.to(context.device), following.to(context.device))
    return _labelled_images(count, rng, context)


def _batch_rng(data_seed: int) -> np.random.Generator:
    return derive_rng(data_seed, "zero_cost", "batch")


def _repeats(images: Tensor) -> bool:
    """Return whether two of images [B, C, S, S] are equal."""
    return len(np.unique(images.flatten(1).cpu().numpy(), axis=0)) < len(images)


def _labelled_images(count: int, rng: np.random.Generator, context: EvalContext) -> ImageBatch:
    """Return images and their labels, random ones where they have none."""
    drawn = context.images.draw(count, rng)
    classes = network_shape(context.images, context.space)[1]
    labels = torch.from_numpy(rng.integers(classes, size=count)) if drawn.labels is None else drawn.labels
    images = drawn.images.to(context.device, memory_format=torch.channels_last)
    return ImageBatch(images, labels.to(context.device))
