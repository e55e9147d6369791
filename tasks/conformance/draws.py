"""Checks of what ``draw`` returns."""

import time

import torch
from torch import Tensor

from tasks.conformance.case import REQUIRED, SourceCase
from tasks.conformance.outcomes import Doubtful, NotApplicable, naming, require
from tasks.images.base import CountedSource

MOST_DRAWN = 4_096
"""Images that are drawn at most to go beyond all that there are."""
LARGEST_MEAN, LARGEST_DEVIATION = 3.0, 10.0


def size_and_classes_are_numbers(case: SourceCase) -> str:
    """``size`` is a number of pixels; ``num_classes`` is None, or at least 2, as one class is no label."""
    size, classes = case.source.size, case.source.num_classes
    require(type(size) is int and size >= 1, f"size is {size!r}; a whole number of pixels is needed")
    right = classes is None or (type(classes) is int and classes >= 2)
    require(right, f"num_classes is {classes!r}; None or a whole number of at least 2 is needed")
    return f"{size} pixels, {'no labels' if classes is None else f'{classes} classes'}"


def images_have_the_form_of_a_batch(case: SourceCase) -> str:
    """Of both splits that it must have, images are finite float32 numbers [B, C, S, S] on the CPU."""
    for split in REQUIRED:
        with naming(lambda split=split: f"split {split}"):  # type: ignore[misc]
            _check_form(case, case.draw(split).images)
    return f"{[*case.draw().images.shape]}"


def any_number_can_be_drawn(case: SourceCase) -> str:
    """One image can be drawn, and more than there are: a source has no end."""
    counts = [1, case.images]
    if isinstance(case.source, CountedSource) and (there := case.source.count(REQUIRED[0])) < MOST_DRAWN:
        counts.append(there + 1)
    for count in counts:
        drawn = len(case.draw(count=count).images)
        require(drawn == count, f"{drawn} images come where {count} are asked for")
    return ", ".join(map(str, counts))


def values_are_normalised(case: SourceCase) -> str:
    """Pixels are of order one, about 0, as networks start with weights for such."""
    images = case.draw().images
    mean, deviation = float(images.mean()), float(images.std())
    said = f"mean {mean:.3g}, standard deviation {deviation:.3g}"
    if abs(mean) > LARGEST_MEAN or not 0 < deviation < LARGEST_DEVIATION:
        raise Doubtful(f"{said}; subtract the mean of the pixels, and divide by their deviation")
    return said


def labels_are_of_the_classes(case: SourceCase) -> str:
    """Labels are int64 numbers [B] from 0 to below ``num_classes``; without classes there are none."""
    classes = case.source.num_classes
    labels = [case.draw(split).labels for split in REQUIRED]
    if classes is None:
        require(all(each is None for each in labels), "num_classes is None, and draw() returns labels all the same")
        raise NotApplicable("there are no labels")
    found: set[int] = set()
    for each in labels:
        found |= _checked_labels(each, case.images, classes)
    if len(found) < 2:
        raise Doubtful(f"of {2 * case.images} images all are of class {found}; draw them in an order of chance")
    return f"{len(found)} classes among {2 * case.images} images"


def images_handed_out_are_copies(case: SourceCase) -> str:
    """What becomes of a batch changes nothing of the images that are drawn later."""
    first = case.draw().images
    kept = first.clone()
    first.zero_()
    require(torch.equal(case.draw().images, kept), "a batch that is changed changes later ones; hand out copies")
    return "later images are as before"


def cost(case: SourceCase) -> str:
    """How long it takes to draw images; no more than a report."""
    clock = time.perf_counter()
    case.draw(number=1)
    return f"{(time.perf_counter() - clock) / case.images * 1e3:.2f} ms an image"


def _check_form(case: SourceCase, images: object) -> None:
    require(isinstance(images, Tensor), f"images are a {type(images).__name__} instead of a tensor")
    assert isinstance(images, Tensor)
    size = case.source.size
    right = images.dim() == 4 and len(images) == case.images and images.shape[2:] == (size, size)
    require(right, f"images have the shape {[*images.shape]} instead of [{case.images}, channels, {size}, {size}]")
    require(images.dtype is torch.float32, f"images are {images.dtype} instead of torch.float32")
    require(images.device.type == "cpu", f"images are on {images.device}; workers move them")
    require(bool(images.isfinite().all()), "there are pixels that are not finite")


def _checked_labels(labels: object, count: int, classes: int) -> set[int]:
    require(isinstance(labels, Tensor), f"labels are a {type(labels).__name__} instead of a tensor")
    assert isinstance(labels, Tensor)
    require(labels.dtype is torch.int64, f"labels are {labels.dtype} instead of torch.int64")
    require(labels.shape == (count,), f"labels have the shape {[*labels.shape]} instead of [{count}]")
    found = set(labels.tolist())
    require(min(found) >= 0 and max(found) < classes, f"labels {min(found)} to {max(found)} of {classes} classes")
    return found
