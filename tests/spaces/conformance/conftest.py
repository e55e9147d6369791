"""What tests of the checks share: a check's complaint about a space."""

from collections.abc import Callable
from typing import Any

import pytest

from spaces.conformance import Check
from spaces.conformance.case import Nonconformance, SpaceCase


def _complaint(check: Check, space: Any, *, twin: Any = None) -> str:
    with pytest.raises(Nonconformance) as caught:
        check(SpaceCase(space, twin or type(space)(), members=8, networks=2))
    return str(caught.value)


@pytest.fixture
def complaint() -> Callable[..., str]:
    """Return a function that runs a check on a space and returns what it complains about."""
    return _complaint
