"""Catches: want of memory that is taken for a bad network, and a bad network for want of memory."""

import pytest
import torch

from fitness.memory_errors import wants_memory


@pytest.mark.parametrize("error", [MemoryError(), torch.OutOfMemoryError("CUDA out of memory")])
def test_errors_of_their_own_kind_want_memory(error: Exception) -> None:
    assert wants_memory(error)


def test_what_torch_raises_on_processors_wants_memory() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**60)
    assert wants_memory(caught.value)


def test_other_errors_do_not() -> None:
    assert not wants_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
