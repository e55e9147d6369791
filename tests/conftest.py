"""What one test does to its process, the next does not see."""

import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from evo.storage import lock_owner


def pytest_configure() -> None:
    """Let no property depend on how busy the machine is: hypothesis allows an example 200 ms by itself.

    And no folder waits for other machines to sign for it, as hundreds are owned here.
    """
    lock_owner.MOMENT_S = 0.0
    settings.register_profile("unhurried", deadline=None)
    settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def one_torch_thread() -> Iterator[None]:
    """Networks as small as those of tests are slower on several threads than on one."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def _denormal_numbers_are_numbers_again() -> Iterator[None]:
    """Undo what an evaluator does to its process: it flushes denormal numbers to zero."""
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_flush_denormal(False)
