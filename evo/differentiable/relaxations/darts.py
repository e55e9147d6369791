"""DARTS (Liu et al., 2019), with the drop-path of R-DARTS as an option (Zela et al., 2020)."""

from typing import Any

from evo.differentiable.relaxations.base import Level, Moment, Step, ramp
from evo.differentiable.relaxations.softmax_relaxation import SoftmaxRelaxation
from spaces import Alphas, Dropping, Gates, Supernet, SupernetOptions


class Darts(SoftmaxRelaxation):
    """The softmax mixture.

    drop_path: the chance at which, in the last epoch, the output of an edge counts for nothing in a picture; it grows
    evenly from 0 in the first, and only passes that train weights drop anything. R-DARTS tries 0.2, 0.4 and 0.6; the
    cutout that its program lets grow beside is not here.
    """

    def __init__(self, *, drop_path: float = 0.0) -> None:
        """Raise ValueError for a chance out of range."""
        super().__init__()
        if not 0 <= drop_path < 1:
            raise ValueError(f"drop_path={drop_path}: must be at least 0 and less than 1")
        self._most = drop_path
        self._chance = 0.0

    def on_epoch(self, moment: Moment, supernet: Supernet[Any]) -> SupernetOptions | None:
        """Set the chance."""
        self._chance = ramp(0.0, self._most, moment)
        return None

    def gates(self, alphas: Alphas, step: Step) -> Gates:
        """Return the mixture, of which a pass that trains weights drops some."""
        cells = super().gates(alphas, step).cells
        if step.level is not Level.WEIGHTS or not self._chance:
            return Gates(cells)
        return Gates(cells, dropping=Dropping(step.generator, paths=self._chance))
