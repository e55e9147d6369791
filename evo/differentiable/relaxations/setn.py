"""SETN (Dong and Yang, 2019): weights learn on uniformly drawn paths, architecture parameters on the mixture.

Letters: E edges of a cell, K candidate operations of each of them.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from evo.differentiable.relaxations.base import Level, SupernetPass
from evo.differentiable.relaxations.likeliest_architectures import likeliest_architectures
from evo.differentiable.relaxations.softmax_relaxation import SoftmaxRelaxation
from evo.differentiable.relaxations.strongest_paths import strongest_paths
from spaces import Alphas, CellGates, Gates, Supernet, single_paths
from tasks import UsageError


class Setn(SoftmaxRelaxation):
    """One uniform operation per edge to train weights, the softmax mixture to train architecture parameters.

    All cells of a name share a draw. A pass that judges runs the strongest operation of every edge.

    finalists: so many of the likeliest choices are judged on one batch of held-out images, by running statistics of all
        paths, and the architecture of lowest loss is derived, as in the published program; a pass each in every epoch.
        1 for the strongest operations, whatever they lose
    """

    def __init__(self, finalists: int = 100) -> None:
        """Raise UsageError for fewer than one finalist."""
        super().__init__()
        if finalists < 1:
            raise UsageError(f"finalists={finalists}: at least 1 is needed")
        self._finalists = finalists

    def begin(self, supernet: Supernet[Any]) -> None:
        """Keep the supernet, for what is strongest."""
        super().begin(supernet)
        self._supernet = supernet

    def finalists(self, supernet: Supernet[Any]) -> Sequence[Any]:
        """Return the likeliest architectures, the likeliest first; none where the strongest operations are derived."""
        return likeliest_architectures(supernet, self._finalists) if self._finalists > 1 else ()

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
