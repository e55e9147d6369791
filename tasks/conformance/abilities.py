"""Checks of what a source may be able to do beside drawing."""

import pickle
from collections.abc import Hashable

import numpy as np

from tasks.conformance.case import REQUIRED, SourceCase, same
from tasks.conformance.outcomes import Doubtful, NotApplicable, require, shorten
from tasks.foundation.errors import first_line
from tasks.images.base import CountedSource, ImageBatch, IndexedSource, WholeSource, normalisation_of

SLACK = 0.01
"""How far beyond [0, 1] pixels may be after normalisation is undone and rounding."""


def count_and_numbers(case: SourceCase) -> str:
    """``count`` is a number above 0; ``at`` shows the images of any numbers below it, as they are, in their order."""
    if not isinstance(case.source, CountedSource):
        raise NotApplicable("it has no count()")
    counts = {split: case.source.count(split) for split in REQUIRED}
    for split, count in counts.items():
        require(type(count) is int and count >= 1, f"count({str(split)!r}) is {count!r}; a whole number is needed")
        if isinstance(case.source, IndexedSource):
            _check_numbers(case.source, split, count)
    return ", ".join(f"{count} of {split}" for split, count in counts.items())


def whole_splits(case: SourceCase) -> str:
    """``whole`` shows all images of a split once, the same each time."""
    if not isinstance(case.source, WholeSource):
        raise NotApplicable("it has no whole()")
    for split in REQUIRED:
        first = case.source.whole(split)
        require(same(first, case.source.whole(split)), f"whole({str(split)!r}) shows other images the second time")
        if isinstance(case.source, CountedSource):
            there, shown = case.source.count(split), len(first.images)
            require(there == shown, f"count({str(split)!r}) is {there}, and whole() shows {shown}")
    return "the same each time"


def normalisation_can_be_undone(case: SourceCase) -> str:
    """What ``normalisation`` says leads back to pixels from 0 to 1."""
    normalisation = normalisation_of(case.source)
    if normalisation is None:
        raise NotApplicable("it has no normalisation")
    pixels = normalisation.undo(case.draw().images)
    low, high = float(pixels.min()), float(pixels.max())
    require(low >= -SLACK and high <= 1 + SLACK, f"undone, pixels are from {low:.3g} to {high:.3g}, not from 0 to 1")
    return f"pixels from {max(low, 0):.2f} to {min(high, 1):.2f}"


def pickles(case: SourceCase) -> str:
    """It can be sent to workers as an object; by its name each opens its own."""
    try:
        again = pickle.loads(pickle.dumps(case.source))
    except Exception as error:  # whatever an object's own __reduce__ raises
        raise Doubtful(f"as an object it needs workers=0: {shorten(first_line(error))}") from error
    require(same(case.draw(), case.draw(source=again)), "pickled and back it draws other images")
    return "draws the same"


def _check_numbers(source: IndexedSource, split: Hashable, count: int) -> None:
    numbers = np.array([count - 1, 0, count - 1])
    shown, again = (source.at(numbers, split=split) for _ in range(2))  # type: ignore[arg-type]
    require(isinstance(shown, ImageBatch), f"at() returns a {type(shown).__name__} instead of a tasks.ImageBatch")
    require(len(shown.images) == len(numbers), f"at() shows {len(shown.images)} images for {len(numbers)} numbers")
    require(same(shown, again), "at() shows the same numbers otherwise the second time; it augments nothing")
    require(bool((shown.images[0] == shown.images[2]).all()), "at() shows one number in two ways")
