"""Catches: an auxiliary skip that fades by another law, is absent from some passes, or was never built."""

import math

import pytest
import torch

from evo.differentiable.relaxations.base import Level, Moment
from evo.differentiable.relaxations.darts_minus import DartsMinus
from spaces import Alphas, SupernetOptions
from spaces.supernet.gates import mixture
from tests.evo.differentiable.small_supernets import begun, pass_of, plain

ALPHAS = Alphas({"cell": torch.randn(6, 5, generator=torch.Generator().manual_seed(0))}, {})


@pytest.mark.parametrize(("skip", "expected"), [(1.0, [1.0, 0.75, 0.5, 0.25]), (2.0, [2.0, 1.5, 1.0, 0.5])])
def test_the_skip_beside_the_mixture_fades_evenly(skip: float, expected: list[float]) -> None:
    variant = DartsMinus(skip=skip)
    assert variant.options() == SupernetOptions(auxiliary_skip=True)
    supernet = begun(variant, "nasbench201")
    for epoch, weight in enumerate(expected):
        assert variant.on_epoch(Moment(epoch, 4), supernet) is None
        for level in Level:
            found = plain(variant.gates(ALPHAS, pass_of(level)))
            assert found == {**plain(mixture(ALPHAS, supernet.edges)), "auxiliary": weight}


@pytest.mark.parametrize("skip", [0.0, -1.0, math.inf, math.nan])
def test_a_weight_out_of_range_is_refused(skip: float) -> None:
    with pytest.raises(ValueError, match=r"skip=.*finite number above 0"):
        DartsMinus(skip=skip)
