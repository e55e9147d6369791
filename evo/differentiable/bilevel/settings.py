"""How a supernet is trained, beside what its space, its objective and its variant say."""

import math
from dataclasses import dataclass
from typing import Literal

from fitness import Precision

EigenvalueMode = Literal["train", "eval"]


@dataclass(frozen=True)
class GradientSettings:
    """Gradient descent on weights and on architecture parameters, as DARTS does it (Liu et al., 2019).

    epochs: passes over the training images of the weights, in each stage of the variant
    batch: images per step at either level
    pictures: training images in all, half for either level, of a source with an end at most those not held out; 0 for
        all of the source (4,096 of one without an end)
    held_out: images that every epoch is judged on, in whole batches; at most a quarter of a source that has an end
        (where either is less than asked for, the first lines of a search say so)
    augment: whether images are shifted and mirrored, anew in each step
    shift: pixels by which they are then shifted at most, over black; None for an eighth of their side: the published 4
        of 32, 2 of 16, 28 of 224

    Weights, by SGD:
    learning_rate, least_rate: where half a cosine over the epochs of a stage begins and ends
    momentum, weight_decay: of SGD
    clip: largest norm of the gradient, 0 for any

    Architecture parameters, by Adam:
    architecture_rate, architecture_decay, architecture_beta1, architecture_beta2: of Adam
    architecture_from: epochs at the beginning of a stage in which they are not trained
    architecture_every: steps of the weights per step of these, which comes before the first of them; the published
        program for NAS-Bench-201 steps after it, and with Nesterov's momentum
    architecture_clip: largest norm of the gradient, 0 for any; 5 in P-DARTS
    order: 1 for their gradient at the present weights, 2 for that after one more step of these, by finite differences

    The largest eigenvalue of the Hessian of the validation loss with respect to them:
    eigenvalue_every: epochs between two measurements, 0 for none
    eigenvalue_mode: train is that of the published program: in training mode, by the statistics of its batch, and with
        the decay of these parameters as part of the loss; eval: in evaluation mode and without it
    stop_ratio: growth at which the search ends with the architecture from before (R-DARTS: 1.3); 0 never ends it
    decay_factor: the search returns to that epoch instead, with so many times the weight decay; 0 ends it
    most_decay: largest weight decay that a return may lead to

    Computing:
    precision: as elsewhere, but auto is bfloat16 on GPUs too, and float32 on CPUs for separable convolutions
    threads: of one supernet; 0 for an equal share of all CPUs for each of the first seeds, for any number of workers
    checkpointing: whether the maps inside a relaxed cell are computed again in the backward pass instead of being kept
        for it: less memory and more time for the same results. A Hessian keeps all maps all the same
    micro_batches: passes that the batch of a step is divided among, which divides what its maps take; the mean of their
        losses counts, each of images that are normalised by themselves. It must divide the batch into at least 2 images
        each; objectives that compare the images of a batch refuse it. Eigenvalues and judgements are of whole batches
    """

    epochs: int = 50
    batch: int = 64
    pictures: int = 0
    held_out: int = 256
    augment: bool = True
    shift: int | None = None
    learning_rate: float = 0.025
    least_rate: float = 0.001
    momentum: float = 0.9
    weight_decay: float = 3e-4
    clip: float = 5.0
    architecture_rate: float = 3e-4
    architecture_decay: float = 1e-3
    architecture_beta1: float = 0.5
    architecture_beta2: float = 0.999
    architecture_from: int = 0
    architecture_every: int = 1
    architecture_clip: float = 0.0
    order: int = 1
    eigenvalue_every: int = 0
    eigenvalue_mode: EigenvalueMode = "train"
    stop_ratio: float = 0.0
    decay_factor: float = 0.0
    most_decay: float = 0.03
    precision: Precision = "auto"
    threads: int = 0
    checkpointing: bool = False
    micro_batches: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError for a number out of range."""
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if value is not None and not least <= value < math.inf:
                raise ValueError(f"{name}={value}: must be finite and at least {least}")
        self._check_micro_batches()
        if self.order not in ORDERS:
            raise ValueError(f"order={self.order}: must be 1 or 2")
        if self.stop_ratio and not self.eigenvalue_every:
            raise ValueError(f"stop_ratio={self.stop_ratio}: needs eigenvalues; give eigenvalue_every, e.g. 2")
        if self.decay_factor and (self.decay_factor <= 1 or not self.stop_ratio):
            raise ValueError(
                f"decay_factor={self.decay_factor}: must be above 1 and needs stop_ratio, e.g. 1.3; 0 for none"
            )
        if self.architecture_from >= self.epochs:
            raise ValueError(
                f"architecture_from={self.architecture_from}: architecture parameters would never be trained in stages "
                f"of {self.epochs} epochs; take fewer"
            )
        for name in ("momentum", "architecture_beta1", "architecture_beta2"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name}={getattr(self, name)}: must be from 0 to below 1")
        if self.held_out < self.batch or 0 < self.pictures < 2 * self.batch:
            raise ValueError(
                f"held_out={self.held_out}, pictures={self.pictures}, batch={self.batch}: images for a batch to "
                "judge by and for one at either level are needed"
            )

    def _check_micro_batches(self) -> None:
        if self.batch % self.micro_batches or self.batch < 2 * self.micro_batches:
            raise ValueError(
                f"micro_batches={self.micro_batches}: must divide batch={self.batch} into at least 2 images each; take "
                f"{', '.join(map(str, divisions(self.batch)))}"
            )

    def rate(self, epoch: int) -> float:
        """Return the learning rate of the weights in an epoch of a stage, counted from 0."""
        fallen = (1 + math.cos(math.pi * epoch / self.epochs)) / 2
        return self.least_rate + (self.learning_rate - self.least_rate) * fallen


def divisions(batch: int) -> list[int]:
    """Return into how many micro-batches of equal size, of at least 2 images, a batch can be divided."""
    return [count for count in range(1, batch // 2 + 1) if batch % count == 0]


ORDERS = (1, 2)
_LEAST = {
    "epochs": 1,
    "batch": 2,
    "pictures": 0,
    "held_out": 0,
    "shift": 0,
    "learning_rate": 0,
    "least_rate": 0,
    "weight_decay": 0,
    "clip": 0,
    "architecture_rate": 0,
    "architecture_decay": 0,
    "architecture_from": 0,
    "architecture_every": 1,
    "architecture_clip": 0,
    "eigenvalue_every": 0,
    "stop_ratio": 0,
    "decay_factor": 0,
    "most_decay": 0,
    "threads": 0,
    "micro_batches": 1,
}
