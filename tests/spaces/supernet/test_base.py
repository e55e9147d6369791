"""Catches: chances that are none, options out of range, a portion that does not divide the channels."""

from typing import Any

import pytest
import torch

from spaces import Dropping, SupernetOptions


@pytest.mark.parametrize("chances", [{"paths": 1.0}, {"paths": -0.1}, {"skips": 1.0}, {"skips": float("nan")}])
def test_what_drops_everything_or_less_than_nothing_is_refused(chances: dict[str, float]) -> None:
    Dropping(torch.Generator(), paths=0.0, skips=0.99)
    with pytest.raises(ValueError, match="chances from 0 to below 1"):
        Dropping(torch.Generator(), **chances)


@pytest.mark.parametrize(
    "options", [{"portion": 0}, {"cells": -1}, {"spread": -1.0}, {"spread": float("nan")}, {"spread": float("inf")}]
)
def test_a_number_out_of_range_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(options))}="):
        SupernetOptions(**options)


def test_a_portion_is_a_share_of_the_channels() -> None:
    assert SupernetOptions(portion=4).share(8) == 2
    with pytest.raises(ValueError, match="6 channels cannot be divided into portions of 1 / 4"):
        SupernetOptions(portion=4).share(6)
