"""Catches: images that depend on what was drawn before, on the instance, or on generators of the process."""

import random
from typing import Any

import pytest
import torch

from tasks.conformance import repetition
from tasks.conformance.outcomes import Nonconformance
from tasks.images.base import ImageBatch
from tests.tasks.conformance.sources import Sound, case_of, drawing


class Counting(Sound):
    """Draws other images each time."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn = 0

    def draw(self, *asked: Any, **named: Any) -> ImageBatch:
        self.drawn += 1
        return ImageBatch(super().draw(*asked, **named).images + self.drawn)


class Unlike(Sound):
    """Is another one each time that it is made."""

    made = 0

    def __init__(self) -> None:
        super().__init__()
        Unlike.made += 1
        self.number = Unlike.made

    def draw(self, *asked: Any, **named: Any) -> ImageBatch:
        return ImageBatch(super().draw(*asked, **named).images + self.number)


class Deaf(Sound):
    """Does not listen to its generator."""

    def draw(self, count: int, *asked: Any, **named: Any) -> ImageBatch:
        return ImageBatch(next(iter(self.all.values())).images[:count].clone())


Global = drawing(lambda batch: ImageBatch(batch.images + torch.rand(1), batch.labels))
Seeded = drawing(lambda batch: ImageBatch(batch.images + random.Random(repr(random.getstate())).random()))


@pytest.mark.parametrize(
    ("check", "kind", "words"),
    [
        (repetition.equal_generators_draw_equally, Counting, "other images the second time"),
        (repetition.another_generator_draws_others, Deaf, "four generators draw the same"),
        (repetition.opened_again_it_draws_the_same, Unlike, "a second instance"),
        (repetition.global_randomness_has_no_say, Seeded, "after seeding the global generators"),
        (repetition.global_randomness_is_left_alone, Global, "generator of torch was used"),
    ],
)
def test_a_fault_is_told(check: Any, kind: type[Sound], words: str) -> None:
    with pytest.raises(Nonconformance, match=words):
        check(case_of(kind))
