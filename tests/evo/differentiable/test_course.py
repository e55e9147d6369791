"""Catches: pictures that serve both levels; halves that do not depend on the seed; an epoch that meets a picture twice
or in the order of another; held-out pictures of the training split; too few pictures that pass.
"""

import pytest
import torch

from evo.differentiable.base import Level
from evo.differentiable.course import Halves
from tasks.errors import UsageError
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


def test_too_few_pictures_are_refused() -> None:
    from tasks.digits import Digits

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
