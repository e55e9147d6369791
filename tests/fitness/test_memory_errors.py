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


@pytest.mark.parametrize(
    "said",
    [
        "CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
    ],
)
def test_what_contexts_and_libraries_of_gpus_say_wants_memory(said: str) -> None:
    assert wants_memory(RuntimeError(said))


def test_other_errors_do_not() -> None:
    assert not wants_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
