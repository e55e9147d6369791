"""Catches: a broken disk or GPU that is held against a candidate for good, a candidate's own fault forgotten."""

import traceback

import pytest
import torch
from PIL import UnidentifiedImageError

from evo.storage.passing_failures import has_passing_cause

PASSING: list[Exception] = [
    OSError("none of 3 images can be read any more"),
    FileNotFoundError(2, "No such file"),
    TimeoutError(),
    UnidentifiedImageError("cannot identify image file"),
    RuntimeError("CUDA error: an illegal memory access was encountered"),
    RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"),
    torch.AcceleratorError("device-side assert triggered"),
]
LASTING = [ValueError("a marked candidate"), RuntimeError("mat1 and mat2 shapes cannot be multiplied"), IndexError()]


def logged(error: Exception) -> str:
    try:
        raise error
    except Exception:
        return traceback.format_exc().strip()


@pytest.mark.parametrize("error", PASSING, ids=repr)
def test_what_files_and_gpus_do_passes(error: Exception) -> None:
    assert has_passing_cause(logged(error))


@pytest.mark.parametrize("error", LASTING, ids=repr)
def test_what_a_candidate_does_lasts(error: Exception) -> None:
    assert not has_passing_cause(logged(error))


def test_a_cause_passes_whatever_is_made_of_it() -> None:
    try:
        try:
            raise PermissionError("x.png")
        except OSError as error:
            raise ValueError("no image") from error
    except ValueError:
        assert has_passing_cause(traceback.format_exc().strip())


def test_a_word_within_a_message_is_no_cause() -> None:
    assert not has_passing_cause("ValueError: MyOSError: or OSError")
    assert not has_passing_cause("NotOSError: x")
    assert not has_passing_cause(None)
