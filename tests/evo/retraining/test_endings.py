"""Catches: want of memory that ends a training in a traceback, or without a word of what to do; a fault of the code
that is told as one of the machine."""

from pathlib import Path

import pytest
import torch

from evo.differentiable.bilevel.supernet_trainer import DivergedError
from evo.records.failures import FailedRunError
from evo.retraining.endings import told_in_words

HERE = Path("runs/x/train/y")


def told(error: Exception) -> str:
    with pytest.raises(FailedRunError) as caught, told_in_words(HERE):
        raise error
    assert caught.value.__cause__ is error
    return str(caught.value)


@pytest.mark.parametrize(
    "error", [torch.OutOfMemoryError("CUDA out of memory.\nTried"), MemoryError("CUDA out of memory.")]
)
def test_want_of_memory_ends_in_a_line_with_a_remedy(error: Exception) -> None:
    assert told(error) == (
        "memory ran out (CUDA out of memory.); finished epochs are in runs/x/train/y: the same command goes on where "
        "there is more of it; a smaller --batch is another training, with a --name of its own"
    )


def test_long_reasons_are_cut() -> None:
    assert len(told(MemoryError("x" * 5_000))) < 500


def test_where_the_epochs_are_is_said_of_a_loss_that_is_no_number() -> None:
    assert told(DivergedError("a loss is not finite")) == "a loss is not finite; finished epochs are in runs/x/train/y"


def test_anything_else_is_raised_as_it_is() -> None:
    with pytest.raises(KeyError, match="weights"), told_in_words(HERE):
        raise KeyError("weights")


def test_nothing_happens_to_what_goes_well() -> None:
    with told_in_words(HERE):
        pass
