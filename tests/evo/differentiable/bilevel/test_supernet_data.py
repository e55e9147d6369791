"""Catches: pictures that serve both levels; halves that do not depend on the seed; an epoch that meets a picture twice
or in the order of another; held-out pictures that are trained on, or tested on later; pictures augmented twice; too few
pictures that pass.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from evo.differentiable.bilevel.supernet_data import Halves, held_out_of
from evo.differentiable.relaxations.base import Level
from tasks import ImageBatch, Split
from tasks.foundation.errors import UsageError
from tasks.images.digits import Digits
from tests.evo.differentiable.tiny_course import make_course


def rows(images: torch.Tensor) -> list[tuple[float, ...]]:
    return [tuple(image.flatten()[:6].tolist()) for image in images]


def test_halves_share_no_picture_and_none_is_held_out() -> None:
    halves = Halves(make_course())
    parts = [rows(halves.weights.images), rows(halves.architecture.images)]
    parts.append([row for batch in halves.held_out for row in rows(batch.images)])
    assert [len(part) for part in parts] == [12, 12, 8]
    assert len({row for part in parts for row in part}) == 32
    assert halves.steps == 3


def test_an_epoch_meets_every_picture_once_in_an_order_of_its_own() -> None:
    halves = Halves(make_course())
    found = [
        [row for batch in halves.batches(Level.WEIGHTS, epoch, halves.steps) for row in rows(batch.images)]
        for epoch in (0, 1, 0)
    ]
    assert sorted(found[0]) == sorted(found[1]) == sorted(rows(halves.weights.images))
    assert found[0] == found[2] != found[1]


def test_another_seed_draws_other_pictures() -> None:
    assert not set(rows(Halves(make_course()).weights.images)) & set(rows(Halves(make_course(seed=1)).weights.images))


def test_augmented_pictures_are_moved_anew_each_epoch() -> None:
    halves = Halves(make_course(augment=True))
    first, second, again = (next(iter(halves.batches(Level.WEIGHTS, epoch, 1))).images for epoch in (0, 1, 0))
    assert torch.equal(first, again)
    assert set(rows(first)) - set(rows(halves.weights.images))
    assert not torch.equal(first, second)


def test_of_a_source_with_an_end_held_out_pictures_are_of_the_training_split_and_never_trained_on() -> None:
    course = replace(make_course(pictures=0, held_out=300, batch=4), images=(digits := Digits(size=8)))
    halves = Halves(course)
    everything = rows(digits.whole(Split.TRAIN).images)
    held_out = [row for batch in halves.held_out for row in rows(batch.images)]
    parts = rows(halves.weights.images), rows(halves.architecture.images), held_out
    assert [len(part) for part in parts] == [569, 569, 300]
    assert sorted(row for part in parts for row in part) == sorted(everything)
    fewer = Halves(replace(course, settings=make_course(pictures=16, held_out=8).settings), reserved=300)
    assert {row for batch in fewer.held_out for row in rows(batch.images)} < set(held_out)
    assert rows(fewer.weights.images) == rows(halves.weights.images)[:8]


def test_no_more_than_a_quarter_of_a_source_is_held_out() -> None:
    course = make_course(held_out=4000, pictures=0)
    assert held_out_of(course) == 4000
    assert held_out_of(replace(course, images=Digits(size=8))) == 1438 // 4 // 4 * 4
    assert held_out_of(replace(course, images=Digits(size=8), settings=make_course(batch=8, held_out=8).settings)) == 8


def test_pictures_that_are_augmented_later_are_taken_as_they_are() -> None:
    class White(Digits):
        def at(self, numbers: NDArray[np.int64], *, split: Split = Split.TRAIN) -> ImageBatch:
            return ImageBatch(torch.ones(len(numbers), 3, 8, 8), torch.zeros(len(numbers), dtype=torch.int64))

        def draw(self, *_: Any, **__: Any) -> ImageBatch:
            raise AssertionError("it would augment them")

    halves = Halves(replace(make_course(), images=White(size=8)))
    assert all(batch.images.min() == 1 for batch in halves.batches(Level.WEIGHTS, 0, 2))


def test_too_few_pictures_are_refused() -> None:
    course = make_course()
    small = type(course)(course.space, Digits(), course.objective, course.settings, 0, course.device)
    assert Halves(small).steps == 3
    with pytest.raises(UsageError, match=r"do not fill a batch of 4000 .* strategy\.batch"):
        Halves(
            type(course)(
                course.space,
                Digits(),
                course.objective,
                make_course(batch=4000, pictures=0, held_out=4000).settings,
                0,
                course.device,
            )
        )
