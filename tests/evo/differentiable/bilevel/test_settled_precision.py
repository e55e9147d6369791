"""Catches: a precision that is slow, another than the one that was asked for."""

from dataclasses import replace

import pytest
import torch

from evo.differentiable.bilevel.settled_precision import settled_precision
from spaces import SPACES, InputSpec, SupernetOptions
from tests.evo.differentiable.tiny_setup import make_setup


@pytest.mark.parametrize(
    ("space", "device", "asked", "expected"),
    [
        ("darts", "cpu", "auto", "float32"),
        ("darts", "cpu", "bfloat16", "bfloat16"),
        ("darts", "cuda", "auto", "bfloat16"),
        ("nasbench201", "cpu", "auto", "auto"),
    ],
)
def test_separable_convolutions_are_computed_in_float32_on_processors(
    space: str, device: str, asked: str, expected: str
) -> None:
    size = {"channels": 4, "cells": 3} if space == "darts" else {"stem_channels": 4, "cells_per_stage": 1}
    supernet = SPACES.build(space, size).relax(InputSpec(3, 8), 10, SupernetOptions())
    setup = replace(make_setup(precision=asked), device=torch.device(device))
    assert settled_precision(setup, supernet) == expected
