"""Contracts of what a candidate is trained on.

A source of images is any class with ``draw``, ``size`` and ``num_classes``; no base class is needed. What it may have
beside them is declared here, one protocol each; a name that is almost one of theirs is refused when the source is
opened.

ability               what it has              what it is for
``CountedSource``     ``count``                it has an end
``IndexedSource``     ``at``, ``count``        images by number, as they are: to hold some out, or to augment them anew
``WholeSource``       ``whole``                all images of a split as they are: to train to the end
``DividedSource``     ``splits``               it says which splits it has: to test what was trained
``IdentifiedSource``  ``identity``             it says which images these are: to go on with the same ones alone
``DescribedSource``   ``description``          it says what it holds, in words: to be told at the start and in results
``PlanedSource``      ``channels``             its images have another number of channels than 3
``NormalisedSource``  ``normalisation``        pixels in [0, 1] can be had again: to change colours
``NamedSource``       ``classes``              its labels have names: to be told beside what was trained
``RemarkedSource``    ``remarks``              what is wrong with its files: to be said where something starts
``CopiedSource``      ``files_stamp``,         other machines may have copies of its files: to score on the same ones
                      ``files_digest``

Candidates are trained on ``Split.TRAIN`` and judged on ``Split.VALIDATION``. Test images are for the end: nothing that
searches, labels or scores asks for one.

Letters: B batch, C channels, S height and width in pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from tasks.images.sampling import Normalisation, choose

COLOURS = 3
"""Channels of images with red, green and blue."""


class Split(StrEnum):
    """Which part of the images a batch is drawn from; no image is in two of them."""

    TRAIN = "train"
    VALIDATION = "validation"
    """What a search judges its candidates by."""
    TEST = "test"
    """What a search never sees."""


@dataclass(frozen=True)
class ImageBatch:
    """Images ready for a network.

    images: [B, C, S, S] float32 on the CPU, C is 3 unless the source says otherwise, normalised as the source
    documents; labels: [B] int64, or None where the source has none.
    """

    images: Tensor
    labels: Tensor | None = None


@dataclass(frozen=True)
class Batch:
    """What one training step sees: inputs [B, C, S, S] and what the loss compares with, one tensor per target."""

    inputs: Tensor
    targets: tuple[Tensor, ...]


class ImageSource(Protocol):
    """An endless supply of images, the same for the same ``rng``."""

    @property
    def size(self) -> int:
        """Height and width in pixels of every image."""
        ...

    @property
    def num_classes(self) -> int | None:
        """Number of labels, or None without labels."""
        ...

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        """Return ``count`` images drawn with ``rng``, training images augmented as the source documents."""
        ...


@runtime_checkable
class CountedSource(Protocol):
    """A supply of images that repeats itself."""

    def count(self, split: Split) -> int:
        """Return how many different images a split has."""
        ...


@runtime_checkable
class IndexedSource(CountedSource, Protocol):
    """A supply that shows any of its images as it is, so that they are augmented anew each time, or some held out."""

    def at(self, numbers: NDArray[np.int64], *, split: Split = Split.TRAIN) -> ImageBatch:
        """Return the images [B, C, S, S] of these numbers [B], from 0 to below ``count``, none of them augmented."""
        ...


@runtime_checkable
class WholeSource(Protocol):
    """A supply that shows its images as they are, so that they are augmented anew in every epoch."""

    def whole(self, split: Split) -> ImageBatch:
        """Return all images of a split [B, C, S, S] once, in an order of their own, none of them augmented."""
        ...


@runtime_checkable
class DividedSource(Protocol):
    """A source that says which splits it has; one that does not is taken to have no test images."""

    @property
    def splits(self) -> Sequence[Split]:
        """The splits that have an image."""
        ...


@runtime_checkable
class IdentifiedSource(Protocol):
    """A source whose images are not always the same; a run goes on with those it began with alone."""

    @property
    def identity(self) -> str:
        """A short text that is another where the images, or the way they are divided, are others."""
        ...


@runtime_checkable
class DescribedSource(Protocol):
    """A source that only its files can describe."""

    @property
    def description(self) -> str:
        """Which classes, and how many images of every split, in a line."""
        ...


@runtime_checkable
class PlanedSource(Protocol):
    """A source whose images are not those of three colours, e.g. grey ones."""

    @property
    def channels(self) -> int:
        """How many channels C every image has."""
        ...


@runtime_checkable
class NormalisedSource(Protocol):
    """A source whose images were pixels in [0, 1] before: what changes colours has to know how they got here."""

    @property
    def normalisation(self) -> Normalisation:
        """What was applied to the pixels."""
        ...


@runtime_checkable
class NamedSource(Protocol):
    """A source that knows what its labels stand for."""

    @property
    def classes(self) -> Sequence[str]:
        """The names of the labels 0, 1, ...; empty without labels."""
        ...


@runtime_checkable
class RemarkedSource(Protocol):
    """A source that has something to say before its images are used."""

    @property
    def remarks(self) -> Sequence[str]:
        """What whoever starts something with these images should be told, a line each."""
        ...


@runtime_checkable
class CopiedSource(Protocol):
    """A source of files that other machines may have a copy of."""

    def files_stamp(self) -> str:
        """Return a short text, quickly found, that is the same where the files are the very same ones."""
        ...

    def files_digest(self) -> str:
        """Return a short text that is the same where the files are the same ones or a copy; may read all of them."""
        ...


def draw_plain(source: ImageSource, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
    """Return what ``draw`` does, but without augmentation where the source can do without."""
    if isinstance(source, IndexedSource):
        return source.at(choose(source.count(split), count, rng), split=split)
    return source.draw(count, rng, split=split)


def lack_of_labels(source: ImageSource) -> str | None:
    """Return what a source has instead of labels that tell images apart, None where it has them."""
    if source.num_classes is None:
        return "no labels"
    return "one class, and one class is no label" if source.num_classes < 2 else None


def splits_of(source: ImageSource) -> tuple[Split, ...]:
    """Return the splits that a source has images of."""
    return tuple(source.splits) if isinstance(source, DividedSource) else (Split.TRAIN, Split.VALIDATION)


def identity_of(source: ImageSource) -> str:
    """Return what a source says its images are, nothing where they are always the same."""
    return source.identity if isinstance(source, IdentifiedSource) else ""


def described(source: ImageSource) -> list[str]:
    """Return what a source says it holds, as a line to print, none where it says nothing."""
    return [f"images: {source.description}"] if isinstance(source, DescribedSource) else []


def normalisation_of(source: ImageSource) -> Normalisation | None:
    """Return what a source applied to pixels in [0, 1], or None where it does not say."""
    return source.normalisation if isinstance(source, NormalisedSource) else None


def remarks_of(source: ImageSource) -> tuple[str, ...]:
    """Return what a source has to say of its images, a line each."""
    return tuple(map(str, source.remarks)) if isinstance(source, RemarkedSource) else ()


def classes_of(source: ImageSource) -> tuple[str, ...]:
    """Return the names of a source's labels 0, 1, ..., none where it has no names."""
    return tuple(map(str, source.classes)) if isinstance(source, NamedSource) else ()


def channels_of(source: ImageSource) -> int:
    """Return how many channels a source's images have: 3, for red, green and blue, unless it says otherwise."""
    return source.channels if isinstance(source, PlanedSource) else COLOURS


def colours_of(source: ImageSource) -> Normalisation | None:
    """Return what changes of colours need to know: the normalisation, or None where it, or colours, are missing."""
    return normalisation_of(source) if channels_of(source) == COLOURS else None
