"""Catches: images that serve both levels; data that do not depend on the seed; an epoch that meets an image twice
or in the order of another; held-out images that are trained on, or tested on later; images augmented twice; too few
images that pass; a number of images that is cut in silence.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from evo.differentiable.bilevel.supernet_data import SupernetData, describe_images, held_out_count, image_count
from evo.differentiable.relaxations.base import Level
from tasks import ImageBatch, Split, normalisation_of
from tasks.foundation.errors import UsageError
from tasks.images.digits import Digits
from tasks.images.noise import NoiseImages
from tasks.images.photos import Photos
from tests.evo.differentiable.tiny_setup import make_setup


def rows(images: torch.Tensor) -> list[tuple[float, ...]]:
    return [tuple(image.flatten()[:6].tolist()) for image in images]


def test_halves_share_no_image_and_none_is_held_out() -> None:
    data = SupernetData(make_setup())
    parts = [rows(data.weights.images), rows(data.architecture.images)]
    parts.append([row for batch in data.held_out for row in rows(batch.images)])
    assert [len(part) for part in parts] == [12, 12, 8]
    assert len({row for part in parts for row in part}) == 32
    assert data.steps == 3


def test_an_epoch_meets_every_image_once_in_an_order_of_its_own() -> None:
    data = SupernetData(make_setup())
    found = [
        [row for batch in data.batches(Level.WEIGHTS, epoch, data.steps) for row in rows(batch.images)]
        for epoch in (0, 1, 0)
    ]
    assert sorted(found[0]) == sorted(found[1]) == sorted(rows(data.weights.images))
    assert found[0] == found[2] != found[1]


def test_another_seed_draws_other_images() -> None:
    assert not set(rows(SupernetData(make_setup()).weights.images)) & set(
        rows(SupernetData(make_setup(seed=1)).weights.images)
    )


def test_augmented_images_are_moved_anew_each_epoch() -> None:
    data = SupernetData(make_setup(augment=True))
    first, second, again = (next(iter(data.batches(Level.WEIGHTS, epoch, 1))).images for epoch in (0, 1, 0))
    assert torch.equal(first, again)
    assert set(rows(first)) - set(rows(data.weights.images))
    assert not torch.equal(first, second)


def test_a_shift_is_a_share_of_the_side_unless_it_is_asked_for_and_what_comes_in_is_black() -> None:
    for options, most in (({}, 1), ({"shift": 3}, 3), ({"shift": 0}, 0)):  # an eighth of 8 is 1
        setup = make_setup(augment=True, pictures=400, batch=100, held_out=100, **options)
        found = torch.cat([batch.images for batch in SupernetData(setup).batches(Level.WEIGHTS, 0, 2)])
        normalisation = normalisation_of(setup.images)
        black = torch.zeros(1, 3, 1, 1) if normalisation is None else normalisation.apply(torch.zeros(1, 3, 1, 1))
        shown = (found != black).any(1)
        assert 8 - shown.any(2).sum(1).min() == 8 - shown.any(1).sum(1).min() == most


def test_a_shift_out_of_sight_is_refused() -> None:
    with pytest.raises(UsageError, match=r"strategy\.shift=8: images of 8 pixels would be shifted out of sight"):
        describe_images(make_setup(augment=True, shift=8))
    assert describe_images(make_setup(augment=True, shift=7)) == describe_images(make_setup(augment=False, shift=8))
    with pytest.raises(ValueError, match="shift=-1"):
        make_setup(shift=-1)


def test_of_a_source_with_an_end_held_out_images_are_of_the_training_split_and_never_trained_on() -> None:
    setup = replace(make_setup(pictures=0, held_out=268, batch=4), images=(digits := Digits(size=8)))
    data = SupernetData(setup)
    everything = rows(digits.whole(Split.TRAIN).images)
    held_out = [row for batch in data.held_out for row in rows(batch.images)]
    parts = rows(data.weights.images), rows(data.architecture.images), held_out
    assert [len(part) for part in parts] == [405, 406, 268]
    assert sorted(row for part in parts for row in part) == sorted(everything)
    fewer = SupernetData(replace(setup, settings=make_setup(pictures=16, held_out=8).settings), reserved=268)
    assert {row for batch in fewer.held_out for row in rows(batch.images)} < set(held_out)
    assert rows(fewer.weights.images) == rows(data.weights.images)[:8]


def test_a_source_that_is_only_drawn_from_needs_images_to_judge_by() -> None:
    class TrainingAlone(NoiseImages):
        splits = (Split.TRAIN,)

    class Numbered(Digits):
        splits = (Split.TRAIN,)

    with pytest.raises(UsageError, match="a supernet: there are no validation images to judge by"):
        image_count(replace(make_setup(), images=TrainingAlone(size=8)))
    assert image_count(replace(make_setup(), images=Numbered(size=8))) == image_count(make_setup())


def test_no_more_than_a_quarter_of_a_source_is_held_out() -> None:
    setup = make_setup(held_out=4000, pictures=0)
    assert held_out_count(setup) == 4000
    assert held_out_count(replace(setup, images=Digits(size=8))) == 1079 // 4 // 4 * 4
    assert held_out_count(replace(setup, images=Digits(size=8), settings=make_setup(batch=8, held_out=8).settings)) == 8


def test_endless_photographs_make_as_many_steps_as_images_of_a_source_with_an_end() -> None:
    setup = replace(make_setup(pictures=9_600, batch=32, held_out=32), images=Photos(size=8))
    assert describe_images(setup) == [
        "images: 4800 for the weights, 4800 for the architecture, 32 held out; 150 steps an epoch"
    ]


def test_of_a_source_without_an_end_as_many_images_are_drawn_as_asked_for() -> None:
    data = SupernetData(make_setup(pictures=5_000))
    assert (len(data.weights.images), len(data.architecture.images), data.steps) == (2_500, 2_500, 625)
    assert describe_images(make_setup(pictures=5_000)) == [
        "images: 2500 for the weights, 2500 for the architecture, 8 held out; 625 steps an epoch"
    ]
    assert len(SupernetData(make_setup(pictures=0)).weights.images) == 2_048


def test_numbers_in_force_are_told_where_they_are_not_those_asked_for() -> None:
    # digits: 1,079 training images; a quarter is 269, in batches of 4 images 268; the other 811 are trained on
    digits = replace(make_setup(pictures=9_600, held_out=400), images=Digits(size=8))
    assert describe_images(digits) == [
        "images: 405 for the weights, 406 for the architecture, 268 held out; 101 steps an epoch",
        "note: strategy.pictures=9600: of 1079 training images 811 are used",
        "note: strategy.held_out=400: 268 are held out, in whole batches of 4 and at most a quarter of 1079",
    ]
    data = SupernetData(digits)
    assert (len(data.weights.images), len(data.architecture.images), data.steps) == (405, 406, 101)
    assert sum(len(batch.images) for batch in data.held_out) == 268
    assert describe_images(make_setup(held_out=10))[1:] == [
        "note: strategy.held_out=10: 8 are held out, in whole batches of 4"
    ]
    assert len(describe_images(replace(make_setup(), images=Digits(size=8)))) == 1


def test_images_that_are_augmented_later_are_taken_as_they_are() -> None:
    class White(Digits):
        def at(self, numbers: NDArray[np.int64], *, split: Split = Split.TRAIN) -> ImageBatch:
            return ImageBatch(torch.ones(len(numbers), 3, 8, 8), torch.zeros(len(numbers), dtype=torch.int64))

        def draw(self, *_: Any, **__: Any) -> ImageBatch:
            raise AssertionError("it would augment them")

    data = SupernetData(replace(make_setup(), images=White(size=8)))
    assert all(batch.images.min() == 1 for batch in data.batches(Level.WEIGHTS, 0, 2))


def test_too_few_images_are_refused() -> None:
    setup = make_setup()
    small = type(setup)(setup.space, Digits(), setup.objective, setup.settings, 0, setup.device)
    assert SupernetData(small).steps == 3
    with pytest.raises(UsageError, match=r"do not fill a batch of 4000 .* strategy\.batch"):
        SupernetData(
            type(setup)(
                setup.space,
                Digits(),
                setup.objective,
                make_setup(batch=4000, pictures=0, held_out=4000).settings,
                0,
                setup.device,
            )
        )
