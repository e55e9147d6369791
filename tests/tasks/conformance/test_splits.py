"""Catches: an image to judge on that was trained on, however it can be seen."""

from typing import Any

import pytest

from tasks.conformance import splits
from tasks.conformance.outcomes import Nonconformance
from tasks.images.base import Split
from tests.tasks.conformance.sources import Sound, case_of


class Leaking(Sound):
    """Has one of its images to train on among those to judge on."""

    def __init__(self) -> None:
        super().__init__()
        self.all[Split.VALIDATION].images[2] = self.all[Split.TRAIN].images[5]


def without(kind: type[Sound], *methods: str) -> type[Any]:
    """Return a kind that cannot do some of what it can."""

    class Less:
        size, num_classes = 4, 3

        def __init__(self) -> None:
            self.made = kind()
            for name in {"whole", "at", "count"} - set(methods):
                setattr(self, name, getattr(self.made, name))

        def draw(self, *asked: Any, **named: Any) -> Any:
            return self.made.draw(*asked, **named)

    return Less


@pytest.mark.parametrize("missing", [(), ("whole",), ("whole", "at", "count")])
def test_a_shared_image_is_told(missing: tuple[str, ...]) -> None:
    with pytest.raises(Nonconformance, match="1 of 6 images of validation are in train too"):
        splits.no_image_is_in_two_splits(case_of(without(Leaking, *missing)))
    assert splits.no_image_is_in_two_splits(case_of(without(Sound, *missing))).startswith(
        "12 of train, 6 of validation"
    )
