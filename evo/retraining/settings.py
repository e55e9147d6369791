"""How a found architecture is trained: the evaluation recipe of DARTS (Liu et al., 2019)."""

import math
from dataclasses import dataclass, replace
from typing import TypeVar

from fitness.determinism import Precision
from tasks.foundation.errors import UsageError
from tasks.foundation.plugins import PluginTable
from tasks.transforms.augment import customary_shift

NumberT = TypeVar("NumberT", int, float)

DROP_PATH, AUXILIARY = 0.2, 0.4
"""Of DARTS' recipe, for networks of cells."""


MOST_EPOCHS = 1_000_000


@dataclass(frozen=True)
class TrainSettings:
    """Gradient descent on labelled images; None for what the recipe says of the network at hand.

    epochs: passes over the training images; batch: images of a step
    learning_rate: at its highest; it falls from there to least_rate along half a cosine, epoch by epoch
    warm_up: epochs over which it rises evenly to its highest before that
    clip: largest norm of the gradient, 0 for any
    augment: whether images are shifted and mirrored, anew each time
    shift: pixels by which they are then shifted at most; None for an eighth of an image's side, 4 of 32
    cutout: side in pixels of the square that is cut out of each image, 0 for none; None for half of an image's side, or
    none in a linear probe
    drop_path: the chance that the output of an operation counts for nothing in an image, which rises from 0 in the
    first epoch to this after the last; None for 0.2 in networks of cells
    auxiliary: weight of the loss of a second classifier after two thirds of the cells; None for 0.4 in such networks
    label_smoothing: share of the target that is spread over all classes
    searched: whether normalisation is that of the supernet; None for what ``settle_norms`` says of the first weights
    precision: as in SgdSettings
    threads: of the CPU, 0 for all, settled when the training first starts
    """

    epochs: int = 600
    batch: int = 96
    learning_rate: float = 0.025
    least_rate: float = 0.0
    warm_up: int = 0
    momentum: float = 0.9
    weight_decay: float = 3e-4
    clip: float = 5.0
    augment: bool = True
    shift: int | None = None
    cutout: int | None = None
    drop_path: float | None = None
    auxiliary: float | None = None
    label_smoothing: float = 0.0
    searched: bool | None = None
    precision: Precision = "auto"
    threads: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError for a number out of range."""
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if value is not None and not least <= value < math.inf:
                raise ValueError(f"{name}={value}: must be finite and at least {least}")
        if self.epochs > MOST_EPOCHS:
            raise ValueError(f"epochs={self.epochs}: must be at most {MOST_EPOCHS:,}")
        for name in ("momentum", "drop_path", "label_smoothing"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < 1:
                raise ValueError(f"{name}={value}: must be from 0 to below 1")
        if not self.learning_rate > 0 or self.least_rate > self.learning_rate:
            raise ValueError(
                f"learning_rate={self.learning_rate}, least_rate={self.least_rate}: must be above 0, and the other no "
                "larger"
            )
        if self.warm_up >= self.epochs:
            raise ValueError(f"warm_up={self.warm_up}: must be below the {self.epochs} epochs")

    def rate(self, epoch: int) -> float:
        """Return the learning rate of an epoch, counted from 0."""
        if epoch < self.warm_up:
            return self.learning_rate * (epoch + 1) / self.warm_up
        progress = (epoch - self.warm_up) / (self.epochs - self.warm_up)
        return self.least_rate + (self.learning_rate - self.least_rate) * (1 + math.cos(math.pi * progress)) / 2

    def drop_chance(self, epoch: int) -> float:
        """Return the chance of drop path in an epoch, counted from 0."""
        return (self.drop_path or 0.0) * epoch / self.epochs


TRAININGS = PluginTable(
    kind="train", group="selfnas.trainings", builtin={"darts": "evo.retraining.settings:TrainSettings"}
)
"""What ``--set train.OPTION`` assigns to."""

_LEAST = {
    "epochs": 1,
    "batch": 2,
    "learning_rate": 0,
    "least_rate": 0,
    "warm_up": 0,
    "weight_decay": 0,
    "clip": 0,
    "shift": 0,
    "cutout": 0,
    "auxiliary": 0,
    "threads": 0,
}


def settle(settings: TrainSettings, *, size: int, cellular: bool, probe: bool) -> TrainSettings:
    """Return the settings with the recipe's numbers in place of None.

    size: of the images in pixels; cellular: whether the network is one of cells; probe: whether its weights stay.
    Raises UsageError for what such a training does not have.
    """
    applies = cellular and not probe
    for name in ("drop_path", "auxiliary"):
        if getattr(settings, name) and not applies:
            why = "a linear probe trains no cells" if probe else "this architecture is no network of cells"
            raise UsageError(f"train.{name}={getattr(settings, name)}: {why}; leave it out")
    for name in ("cutout", "shift"):
        if (getattr(settings, name) or 0) > size:
            raise UsageError(
                f"train.{name}={getattr(settings, name)}: the images are {size} pixels wide; ask for at most that"
            )
    return replace(
        settings,
        shift=_or(settings.shift, customary_shift(size)),
        cutout=_or(settings.cutout, 0 if probe else size // 2),
        drop_path=_or(settings.drop_path, DROP_PATH if applies else 0.0),
        auxiliary=_or(settings.auxiliary, AUXILIARY if applies else 0.0),
    )


def _or(given: NumberT | None, default: NumberT) -> NumberT:
    return default if given is None else given
