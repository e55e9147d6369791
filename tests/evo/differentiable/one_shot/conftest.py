"""Runs of these tests name images of their own, and are trusted."""

from collections.abc import Iterator

import pytest

from tasks.foundation.trust import trusting


@pytest.fixture(scope="module", autouse=True)
def _trusted() -> Iterator[None]:
    with trusting():
        yield
