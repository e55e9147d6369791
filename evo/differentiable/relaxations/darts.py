"""DARTS (Liu et al., 2019), with the drop-path of R-DARTS as an option (Zela et al., 2020)."""

from typing import Any

from evo.differentiable.relaxations.base import Level, Moment, SupernetPass, ramp
from evo.differentiable.relaxations.draws import generator_beside
from evo.differentiable.relaxations.softmax_relaxation import SoftmaxRelaxation
from spaces import Alphas, Dropping, Gates, Supernet, SupernetOptions


class DartsRelaxation(SoftmaxRelaxation):
    """The softmax mixture.

    drop_path: probability of dropping an edge's output for an image in the last epoch; it grows linearly from 0 in the
        first, and only passes that train weights drop anything. R-DARTS tries 0.2, 0.4 and 0.6; the cutout that its
        program increases along with it is not here
    """

    def __init__(self, *, drop_path: float = 0.0) -> None:
        """Raise ValueError for a probability out of range."""
        super().__init__()
        if not 0 <= drop_path < 1:
            raise ValueError(f"drop_path={drop_path}: must be at least 0 and less than 1")
        self._most = drop_path
        self._chance = 0.0

    def on_epoch(self, moment: Moment, supernet: Supernet[Any]) -> SupernetOptions | None:
        """Set the probability."""
        self._chance = ramp(0.0, self._most, moment)
        return None

    def gates(self, alphas: Alphas, supernet_pass: SupernetPass) -> Gates:
        """Return the mixture, of which a pass that trains weights drops some."""
        cells = super().gates(alphas, supernet_pass).cells
        if supernet_pass.level is not Level.WEIGHTS or not self._chance:
            return Gates(cells)
        generator = generator_beside(alphas, supernet_pass.generator)
        return Gates(cells, dropping=Dropping(generator, paths=self._chance))
