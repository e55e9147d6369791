"""What gradient variants have in common where they say nothing else: the mixture of DARTS (Liu et al., 2019)."""

from collections.abc import Sequence
from typing import Any

from evo.differentiable.relaxations.base import Moment, Step
from spaces import Alphas, Gates, Supernet, SupernetOptions
from spaces.supernet.base import PLAIN
from spaces.supernet.derivation import Edge
from spaces.supernet.gates import mixture


class SoftmaxRelaxation:
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

    def gates(self, alphas: Alphas, step: Step) -> Gates:
        """Return the softmax over the candidates of each edge."""
        return mixture(alphas, self._edges)

    def on_epoch(self, moment: Moment, supernet: Supernet[Any]) -> SupernetOptions | None:
        """Change nothing."""
        return None

    def derive(self, supernet: Supernet[Any]) -> Any:
        """Return what the space's rule derives of the mixture."""
        return supernet.derive()
