"""Catches: a contract that the published variants cannot be written against: their gates do not fit a supernet, or no
gradient reaches what they train.
"""

from typing import Any

import pytest
import torch
from torch.nn import functional

from evo.differentiable.base import Level, Moment, Relaxation, Step
from spaces import Alphas, CellGates, Gates, InputSpec, Supernet, SupernetOptions
from spaces.darts import Darts
from spaces.gates import mixture


class Softmax:
    """DARTS; with a portion PC-DARTS, with an auxiliary skip DARTS-."""

    def __init__(self, portion: int = 1, auxiliary: float = 0.0) -> None:
        self._portion, self._auxiliary = portion, auxiliary

    def options(self) -> SupernetOptions:
        return SupernetOptions(portion=self._portion, edge_alphas=self._portion > 1, auxiliary_skip=self._auxiliary > 0)

    def begin(self, supernet: Supernet[Any]) -> None:
        self._edges = supernet.edges

    def gates(self, alphas: Alphas, step: Step) -> Gates:
        return Gates(mixture(alphas, self._edges).cells, auxiliary=self._auxiliary)

    def on_epoch(self, moment: Moment, supernet: Supernet[Any]) -> None:
        self._auxiliary *= 0.5

    def derive(self, supernet: Supernet[Any]) -> Any:
        return supernet.derive()


class Sampled(Softmax):
    """GDAS, and SETN where weights are trained: one operation per edge, drawn with the step's generator."""

    def gates(self, alphas: Alphas, step: Step) -> Gates:
        return Gates({name: self._drawn(values, step) for name, values in alphas.operations.items()})

    def _drawn(self, values: torch.Tensor, step: Step) -> CellGates:
        noise = torch.empty_like(values).exponential_(generator=step.generator).log().neg()
        shares = (values.log_softmax(1) + noise).softmax(1)
        chosen = shares.argmax(1)
        if step.level is Level.WEIGHTS:
            return CellGates(computed=chosen.unsqueeze(1).tolist())
        hard = functional.one_hot(chosen, values.shape[1]) + (shares - shares.detach())
        return CellGates(hard, computed=chosen.unsqueeze(1).tolist())


class TwoPaths(Softmax):
    """SSWP-NAS: two operations per edge are drawn, one of which is active; the gates of both learn."""

    def gates(self, alphas: Alphas, step: Step) -> Gates:
        return Gates({name: self._drawn(values, step) for name, values in alphas.operations.items()})

    def _drawn(self, values: torch.Tensor, step: Step) -> CellGates:
        pairs = torch.multinomial(values.detach().softmax(1), 2, generator=step.generator)
        both = values.gather(1, pairs).softmax(1)
        active = torch.multinomial(both.detach(), 1, generator=step.generator)
        chosen, other = pairs.gather(1, active), pairs.gather(1, 1 - active)
        if step.level is Level.WEIGHTS:
            return CellGates(computed=chosen.tolist())
        hard = torch.zeros_like(values).scatter(1, chosen, 1.0)
        weights = hard + torch.zeros_like(values).scatter(1, pairs, both - both.detach())
        return CellGates(weights, computed=pairs.tolist(), detached=other.tolist())


VARIANTS: dict[str, Relaxation] = {
    "darts": Softmax(),
    "pc_darts": Softmax(portion=2),
    "darts_minus": Softmax(auxiliary=1.0),
    "gdas": Sampled(),
    "sswp": TwoPaths(),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_drives_a_supernet(name: str) -> None:
    variant, space = VARIANTS[name], Darts(channels=4, cells=3)
    torch.manual_seed(0)
    supernet = space.relax(InputSpec(3, 8), 10, variant.options())
    variant.begin(supernet)
    assert variant.on_epoch(Moment(0, 2), supernet) is None
    generator, x = torch.Generator().manual_seed(0), torch.randn(2, 3, 8, 8)
    for level, trained in (
        (Level.WEIGHTS, supernet.weight_parameters()),
        (Level.ARCHITECTURE, supernet.architecture_parameters()),
    ):
        gates = variant.gates(supernet.alphas, Step(level, generator))
        loss = supernet(x, gates).square().mean()
        gradients = torch.autograd.grad(loss, trained, allow_unused=True)
        found = [gradient for gradient in gradients if gradient is not None]
        assert found
        assert all(gradient.isfinite().all() for gradient in found)
        if level is Level.ARCHITECTURE:
            assert len(found) == len(trained)
            assert all(gradient.any() for gradient in found)
    assert space.decode(space.encode(variant.derive(supernet))) == variant.derive(supernet)
