"""Catches: a differentiable search that begins although nothing can be derived within its constraints, one that is
refused although something can, a check that leaves this process' random generator moved."""

from dataclasses import replace

import pytest
import torch

from evo.differentiable.config import build_gradient_plugins
from evo.differentiable.derivable import check_derivable
from evo.engine.plugins import resolve_choice
from evo.records.config import SearchConfig
from tasks.foundation.errors import UsageError

CONFIG = SearchConfig(
    resolve_choice("space", "nasbench201", {"stem_channels": "4", "cells_per_stage": "1"}),
    resolve_choice("fitness", "rotation", {}, strategy="darts"),
    resolve_choice("strategy", "darts", {"epochs": "2"}),
    data="noise",
)


def check(*constraints: str, **size: object) -> None:
    config = replace(CONFIG, constraints=constraints, constraint_size=size)
    check_derivable(config, build_gradient_plugins(config))


def test_what_can_be_derived_passes() -> None:
    state = torch.get_rng_state()
    check()
    check("params<4895")  # the empty cell
    check("params>19000", "macs<=9e9")
    check("params<73307", stem_channels=16, cells_per_stage=5)
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("bound", ["params<4894", "params>1e6"])
def test_what_cannot_be_derived_is_refused_with_the_nearest(bound: str) -> None:
    with pytest.raises(UsageError, match=r"derives nothing within it from space 'nasbench201'; the nearest found") as e:
        check(bound)
    assert "\n" not in str(e.value)
    assert ("4,894 params" in str(e.value)) is (bound == "params<4894")
