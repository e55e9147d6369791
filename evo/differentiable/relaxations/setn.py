"""SETN (Dong and Yang, 2019): weights learn on uniformly drawn paths, architecture parameters on the mixture.

Letters: E edges of a cell, K candidate operations of each of them.
"""

from typing import Any

import torch
from torch import Tensor

from evo.differentiable.relaxations.base import Level, SupernetPass
from evo.differentiable.relaxations.softmax_relaxation import SoftmaxRelaxation
from evo.differentiable.relaxations.strongest_paths import strongest_paths
from spaces import Alphas, CellGates, Gates, Supernet, single_paths


class Setn(SoftmaxRelaxation):
    """One uniform operation per edge to train weights, the softmax mixture to train architecture parameters.

    All cells of a name share a draw. A pass that judges runs the strongest operation of every edge, and these are
    derived too: the paper draws 100 architectures and keeps the one that is best on one batch, which needs losses and
    is not done here.
    """

    def begin(self, supernet: Supernet[Any]) -> None:
        """Keep the supernet, for what is strongest."""
        super().begin(supernet)
        self._supernet = supernet

    def gates(self, alphas: Alphas, supernet_pass: SupernetPass) -> Gates:
        """Return the gates that the pass is for."""
        if supernet_pass.level is Level.ARCHITECTURE:
            return super().gates(alphas, supernet_pass)
        if supernet_pass.level is Level.JUDGING:
            return single_paths(strongest_paths(self._supernet, alphas))
        return Gates({name: _uniform(values, supernet_pass.generator) for name, values in alphas.operations.items()})


def _uniform(values: Tensor, generator: torch.Generator) -> CellGates:
    """Return gates of a cell with parameters [E, K] under which every edge runs one operation."""
    count, width = values.shape
    drawn = torch.randint(width, (count, 1), generator=generator, device=generator.device)
    return CellGates(computed=drawn.tolist())
