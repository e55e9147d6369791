"""PC-DARTS (Xu et al., 2020): few channels go through the operations, and edges are weighted too."""

from evo.differentiable.relaxations.softmax_relaxation import SoftmaxRelaxation
from spaces import SupernetOptions


class PcDarts(SoftmaxRelaxation):
    """The softmax mixture for a part of the channels, times the edge's softmax among those into the same node.

    portion: one in so many channels goes through the operations, the rest bypasses them; it divides the channels of the
        space: 4 in the paper for images of 32 pixels, 2 for 224

    Derivation multiplies both softmaxes.
    """

    def __init__(self, *, portion: int = 4) -> None:
        """Raise ValueError for a portion below 1."""
        super().__init__()
        self._options = SupernetOptions(portion=portion, edge_alphas=True)

    def options(self) -> SupernetOptions:
        """Return the portion, and that edges have parameters."""
        return self._options
