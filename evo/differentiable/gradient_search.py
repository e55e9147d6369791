"""Search by gradient as a strategy: a variant by name, and how its supernet is trained."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from evo.differentiable.bilevel.settings import GradientSettings
from evo.differentiable.relaxations.base import Relaxation
from evo.strategies.kinds import DifferentiableStrategy
from tasks.foundation.plugins import Factory


class GradientSearch(DifferentiableStrategy):
    """Trains a supernet of the whole space and derives an architecture of it, instead of proposing candidates.

    relaxation: the variant, its name or ``module:attribute``; its options stand beside those of the training.
    """

    training = GradientSettings

    def __init__(self, *, relaxation: str, **options: Any) -> None:
        """Raise ValueError for an option out of range."""
        own = {field.name for field in fields(GradientSettings)}
        self.settings = GradientSettings(**{name: value for name, value in options.items() if name in own})
        self._name = relaxation
        self._options = {name: value for name, value in options.items() if name not in own}
        stages, ratio = self.relaxation().stages, self.settings.stop_ratio
        if ratio and stages > 1:
            raise ValueError(f"stop_ratio={ratio}: a search of {stages} stages is not ended early; leave it 0")

    @classmethod
    def parts(cls, options: Mapping[str, object]) -> list[Factory]:
        """Return the factories of the training's settings and of the variant, whose options are this strategy's."""
        return [cls.training, _factory(str(options["relaxation"]))]

    @property
    def stages(self) -> int:
        """How many supernets the variant trains, one after another, each for as many epochs."""
        return self.relaxation().stages

    @property
    def epochs(self) -> int:
        """Epochs of all stages together."""
        return self.stages * self.settings.epochs

    def relaxation(self) -> Relaxation:
        """Return a fresh variant."""
        made: Relaxation = _factory(self._name)(**self._options)
        return made


def _factory(name: str) -> Factory:
    from evo.strategies import STRATEGIES

    return STRATEGIES.load_relaxation(name)
