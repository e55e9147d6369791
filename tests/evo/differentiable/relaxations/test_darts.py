"""Catches: paths dropped in a pass that does not train weights, at another chance than the epoch's, or by another
generator than the step's.
"""

import math

import pytest
import torch

from evo.differentiable.relaxations.base import Level, Moment
from evo.differentiable.relaxations.darts import DartsRelaxation
from spaces import Alphas
from spaces.supernet.gates import mixture
from tests.evo.differentiable.small_supernets import begun, pass_of, plain

ALPHAS = Alphas({"cell": torch.randn(6, 5, generator=torch.Generator().manual_seed(0))}, {})


def test_without_options_it_is_the_mixture_alone() -> None:
    variant = DartsRelaxation()
    supernet = begun(variant, "nasbench201")
    for epoch in range(2):
        assert variant.on_epoch(Moment(epoch, 2), supernet) is None
        for level in Level:
            assert plain(variant.gates(ALPHAS, pass_of(level))) == plain(mixture(ALPHAS, supernet.edges))


def test_the_chance_of_a_path_to_be_dropped_grows_evenly_and_only_in_passes_that_train_weights() -> None:
    variant = DartsRelaxation(drop_path=0.6)
    supernet = begun(variant, "nasbench201")
    for epoch, chance in enumerate([0.0, 0.2, 0.4, 0.6]):
        variant.on_epoch(Moment(epoch, 4), supernet)
        for level in Level:
            supernet_pass = pass_of(level)
            gates = variant.gates(ALPHAS, supernet_pass)
            assert plain(gates)["cell"] == plain(mixture(ALPHAS, supernet.edges))["cell"]
            if level is Level.WEIGHTS and epoch:
                assert gates.dropping is not None
                assert (gates.dropping.paths, gates.dropping.skips) == (pytest.approx(chance), 0.0)
                assert gates.dropping.generator is supernet_pass.generator
            else:
                assert gates.dropping is None


@pytest.mark.parametrize("chance", [-0.1, 1.0, math.nan])
def test_a_chance_out_of_range_is_refused(chance: float) -> None:
    with pytest.raises(ValueError, match=r"drop_path=.*at least 0 and less than 1"):
        DartsRelaxation(drop_path=chance)
