"""What variants have in common where they say nothing else: the mixture of DARTS (Liu et al., 2019)."""

from collections.abc import Sequence
from typing import Any

from evo.differentiable.relaxations.base import Moment, Relaxation, SupernetPass
from spaces import PLAIN, Alphas, Edge, Gates, Supernet, SupernetOptions, mixture


class SoftmaxRelaxation(Relaxation):
    """Every edge mixes its candidates by their softmax, in every pass of every epoch; derived is the strongest."""

    def __init__(self) -> None:
        """Know no supernet yet."""
        self._edges: Sequence[Edge] = ()

    def options(self) -> SupernetOptions:
        """Return those of DARTS."""
        return PLAIN

    def begin(self, supernet: Supernet[Any]) -> None:
        """Keep the edges."""
        self._edges = supernet.edges

    def gates(self, alphas: Alphas, supernet_pass: SupernetPass) -> Gates:
        """Return the softmax over the candidates of each edge."""
        return mixture(alphas, self._edges)

    def on_epoch(self, moment: Moment, supernet: Supernet[Any]) -> SupernetOptions | None:
        """Change nothing."""
        return None

    def derive(self, supernet: Supernet[Any]) -> Any:
        """Return what the space's rule derives of the mixture."""
        return supernet.derive()
