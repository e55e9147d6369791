"""GDAS (Dong and Yang, 2019): every pass runs one sampled operation per edge, whose gate carries the gradient.

Letters: E edges of a cell, K candidate operations of each of them.
"""

import math
from typing import Any

import torch
from torch import Tensor

from evo.differentiable.relaxations.base import Level, Moment, SupernetPass, ramp
from evo.differentiable.relaxations.draws import gumbel
from evo.differentiable.relaxations.softmax_relaxation import SoftmaxRelaxation
from evo.differentiable.relaxations.strongest_paths import strongest_paths
from spaces import Alphas, CellGates, Gates, Supernet, SupernetOptions, single_paths


class Gdas(SoftmaxRelaxation):
    """The hard Gumbel softmax: one operation per edge is drawn from its softmax, one draw for all cells of a name.

    first_tau, last_tau: temperatures of the first and of the last epoch; it falls linearly in between

    The gate of the operation drawn, c, is 1, and its gradient is that of p = softmax((alpha + Gumbel noise) / tau):
    dp_c / dalpha_i = p_c (delta_ci - p_i) / tau, so that all parameters of an edge learn from the one operation that is
    run. The public program adds the gates of the others, which are 0, to the output, so that their gradients count
    without their operations; that is left out here, as in its variant ``gdas_v1``. A pass that judges runs the
    strongest operation of every edge.
    """

    def __init__(self, *, first_tau: float = 10.0, last_tau: float = 0.1) -> None:
        """Raise ValueError for temperatures out of range."""
        super().__init__()
        if not (0 < first_tau < math.inf and 0 < last_tau < math.inf):
            raise ValueError(f"first_tau={first_tau}, last_tau={last_tau}: must be finite numbers above 0")
        self._taus = first_tau, last_tau
        self._tau = first_tau

    def begin(self, supernet: Supernet[Any]) -> None:
        """Keep the supernet, for what is strongest."""
        super().begin(supernet)
        self._supernet = supernet

    def on_epoch(self, moment: Moment, supernet: Supernet[Any]) -> SupernetOptions | None:
        """Set the temperature."""
        self._tau = ramp(*self._taus, moment)
        return None

    def gates(self, alphas: Alphas, supernet_pass: SupernetPass) -> Gates:
        """Return gates that run one operation of every edge; only those of an architecture step have gradients."""
        if supernet_pass.level is Level.JUDGING:
            return single_paths(strongest_paths(self._supernet, alphas))
        return Gates({name: self._sampled(values, supernet_pass) for name, values in alphas.operations.items()})

    def _sampled(self, values: Tensor, supernet_pass: SupernetPass) -> CellGates:
        """Return the gates of a cell with these parameters [E, K]."""
        noisy = values + gumbel(values, supernet_pass.generator)
        chosen = noisy.argmax(dim=1, keepdim=True)
        if supernet_pass.level is Level.WEIGHTS:
            return CellGates(computed=chosen.tolist())
        shares = (noisy / self._tau).softmax(dim=1)
        hard = torch.zeros_like(shares).scatter(1, chosen, 1.0)
        return CellGates(hard + (shares - shares.detach()), computed=chosen.tolist())
