"""Catches: a count that is none, images by number that are others, a whole that is not, pixels that cannot be had
again, an object that cannot be sent."""

from typing import Any

import numpy as np
import pytest
import torch

from tasks.conformance import abilities
from tasks.conformance.outcomes import Doubtful, Nonconformance, NotApplicable
from tasks.images.base import ImageBatch
from tasks.images.noise import NoiseImages
from tasks.images.sampling import Normalisation
from tests.tasks.conformance.sources import Sound, case_of, having


class Noisy(Sound):
    """Augments what it shall show as it is."""

    def at(self, numbers: Any, **named: Any) -> Any:
        return ImageBatch(super().at(numbers, **named).images + torch.rand(1))

    def whole(self, split: Any) -> ImageBatch:
        return ImageBatch(super().whole(split).images + torch.rand(1))


class Hundredfold(Sound):
    """Says that it has more than it shows."""

    def count(self, split: Any) -> Any:
        return 100

    def at(self, numbers: Any, **named: Any) -> Any:
        return super().at(np.asarray(numbers) % 6, **named)


class Positional(Sound):
    """Changes what it shows by its place in the batch."""

    def at(self, numbers: Any, **named: Any) -> Any:
        shown = super().at(numbers, **named)
        return ImageBatch(shown.images + torch.arange(len(shown.images))[:, None, None, None])


class Forgetful(Sound):
    """Comes back from a pickle with other images."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        for batch in self.all.values():
            batch.images.zero_()


class Unsendable(Sound):
    """Cannot be pickled."""

    def __reduce__(self) -> Any:
        raise TypeError("it holds a socket")


@pytest.mark.parametrize(
    ("check", "kind", "words"),
    [
        (abilities.count_and_numbers, having(count=lambda self, split: 0), r"count\('train'\) is 0"),
        (abilities.count_and_numbers, having(count=lambda self, split: 2.0), "is 2.0"),
        (abilities.count_and_numbers, Noisy, "otherwise the second time"),
        (abilities.count_and_numbers, Positional, "one number in two ways"),
        (abilities.count_and_numbers, having(at=lambda self, numbers, split: None), "at.. returns a NoneType"),
        (abilities.whole_splits, Noisy, "other images the second time"),
        (abilities.whole_splits, Hundredfold, r"count\('train'\) is 100, and whole\(\) shows 12"),
        (
            abilities.normalisation_can_be_undone,
            having(normalisation=Normalisation((0.5, 0.5, 0.5), (1.0, 1.0, 1.0))),
            "not from 0 to 1",
        ),
        (abilities.pickles, Forgetful, "pickled and back"),
    ],
)
def test_a_fault_is_told(check: Any, kind: type[Sound], words: str) -> None:
    with pytest.raises(Nonconformance, match=words):
        check(case_of(kind))


def test_an_object_that_cannot_be_sent_is_to_think_about() -> None:
    with pytest.raises(Doubtful, match="needs workers=0: it holds a socket"):
        abilities.pickles(case_of(Unsendable))


@pytest.mark.parametrize(
    "check", [abilities.count_and_numbers, abilities.whole_splits, abilities.normalisation_can_be_undone]
)
def test_a_source_may_do_without(check: Any) -> None:
    with pytest.raises(NotApplicable, match="it has no "):
        check(case_of(lambda: NoiseImages(8)))
