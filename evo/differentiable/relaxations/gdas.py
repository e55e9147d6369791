"""GDAS (Dong and Yang, 2019): every pass runs one sampled operation per edge, whose gate carries the gradient.

Letters: E edges of a cell, K candidate operations of each of them.
"""

import math
from typing import Any

import torch
from torch import Tensor

from evo.differentiable.relaxations.base import Level, Moment, SupernetPass, ramp
from evo.differentiable.relaxations.draws import gumbel
from evo.differentiable.relaxations.known_values import KnownValues, moved
from evo.differentiable.relaxations.softmax_relaxation import SoftmaxRelaxation
from evo.differentiable.relaxations.strongest_paths import strongest_paths
from spaces import Alphas, CellGates, Gates, Supernet, SupernetOptions, single_paths


class Gdas(SoftmaxRelaxation):
    """The hard Gumbel softmax: one operation per edge is drawn from its softmax, one draw for all cells of a name.

    first_tau, last_tau: temperatures of the first and of the last epoch; it falls linearly in between
    lean_gradient: whether the gradient goes through the gates of the operations drawn alone, see below

    The gate of the operation drawn, c, is 1, and its gradient is that of p = softmax((alpha + Gumbel noise) / tau):
    dp_c / dalpha_i = p_c (delta_ci - p_i) / tau, so that all parameters of an edge learn from the one operation that is
    run. The gates of the others are 0, and as in the published program they are added to every value of the edge's
    output, so that the gradient of each is the sum of that output's gradient, whatever its operation would compute; an
    edge on which ``none`` is drawn learns from that alone. The lean gradient leaves this out, as the program's variant
    ``gdas_v1`` does. A pass that judges runs the strongest operation of every edge.
    """

    def __init__(self, *, first_tau: float = 10.0, last_tau: float = 0.1, lean_gradient: bool = False) -> None:
        """Raise ValueError for temperatures out of range."""
        super().__init__()
        if not (0 < first_tau < math.inf and 0 < last_tau < math.inf):
            raise ValueError(f"first_tau={first_tau}, last_tau={last_tau}: must be finite numbers above 0")
        self._taus = first_tau, last_tau
        self._tau = first_tau
        self._lean_gradient = lean_gradient
        self._known = KnownValues()

    def begin(self, supernet: Supernet[Any]) -> None:
        """Keep the supernet, for what is strongest."""
        super().begin(supernet)
        self._supernet = supernet
        self._known.forget()

    def on_epoch(self, moment: Moment, supernet: Supernet[Any]) -> SupernetOptions | None:
        """Set the temperature."""
        self._tau = ramp(*self._taus, moment)
        return None

    def after_architecture_step(self, alphas: Alphas) -> None:
        """Know that the parameters have moved."""
        self._known.forget()

    def gates(self, alphas: Alphas, supernet_pass: SupernetPass) -> Gates:
        """Return gates that run one operation of every edge; only those of an architecture step have gradients."""
        if supernet_pass.level is Level.JUDGING:
            return single_paths(strongest_paths(self._supernet, alphas))
        known = self._known.of(alphas.operations)
        operations = alphas.operations.items()
        return Gates({name: self._sampled(values, known[name], supernet_pass) for name, values in operations})

    def _sampled(self, values: Tensor, known: Tensor, supernet_pass: SupernetPass) -> CellGates:
        """Return the gates of a cell with these parameters [E, K], whose values are known to the processor."""
        noise = gumbel(known, supernet_pass.generator)
        chosen = (known + noise).argmax(dim=1, keepdim=True)
        if supernet_pass.level is Level.WEIGHTS:
            return CellGates(computed=chosen.tolist())
        shares = ((values + moved(noise, values.device)) / self._tau).softmax(dim=1)
        hard = torch.zeros_like(shares).scatter(1, moved(chosen, values.device), 1.0)
        weights = hard + (shares - shares.detach())
        others = None if self._lean_gradient else (weights * (1 - hard)).sum(dim=1)
        return CellGates(weights, computed=chosen.tolist(), added=others)
