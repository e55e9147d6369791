"""What tests of the checks share: a case over tiny networks, and a check's complaint about a fitness."""

from collections.abc import Callable
from typing import Any

import pytest

from fitness.conformance import Check
from fitness.conformance.case import Case
from fitness.conformance.recorded_images import RecordedImages
from spaces.conformance.case import Nonconformance
from tasks.images.noise import NoiseImages
from tests.tiny import TinyNetworks


def _case(make: Callable[..., Any], *, space: Any = None, members: int = 5, **rest: Any) -> Case:
    images = RecordedImages.of(NoiseImages(16))
    return Case(make=make, space=space or TinyNetworks(), images=images, members=members, **rest)


def _complaint(check: Check, make: Callable[..., Any], *, kind: type[Exception] = Nonconformance, **rest: Any) -> str:
    with pytest.raises(kind) as caught:
        check(_case(make, **rest))
    return str(caught.value)


@pytest.fixture
def make_case() -> Callable[..., Case]:
    """Return a function that makes a case of a fitness, which asks this process instead of another."""
    return _case


@pytest.fixture
def complaint() -> Callable[..., str]:
    """Return a function that runs a check on a fitness and returns what it complains about."""
    return _complaint
