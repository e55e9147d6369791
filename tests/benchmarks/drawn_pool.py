"""A pool of tasks whose right answers are known: every score is a share of the label and shares of errors.

Letters: T tasks, D draws, A architectures.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.task_pool import TaskPool

Array = NDArray[np.float64]
LABEL, SIZE, OTHER = "label", "params", "one_batch"


@dataclass(frozen=True)
class Drawing:
    """How a pool is drawn.

    worth, spread: mean and standard deviation over tasks of a score's correlation with the label
    shared: share of a score's error that all tasks have in common; luck: share of the rest that is new in each draw
    size: correlation of the parameters with the label; common: of their error with the one that tasks have in common
    """

    tasks: int = 90
    draws: int = 2
    archs: int = 200
    worth: float = 0.6
    spread: float = 0.1
    shared: float = 0.5
    luck: float = 0.3
    size: float = 0.5
    common: float = 0.6


def draw_pool(drawing: Drawing, rng: np.random.Generator) -> TaskPool:
    """Return a pool with normal labels; its published task ``N`` is as good as the tasks are on average."""
    label, common = rng.standard_normal((2, drawing.archs))
    worths = np.clip(drawing.worth + drawing.spread * rng.standard_normal(drawing.tasks), -0.95, 0.98)
    shape = drawing.draws, drawing.archs
    scores = np.stack(
        [_task(label, common, worth, drawing, rng.standard_normal((1 + shape[0], shape[1]))) for worth in worths]
    )
    published = _task(label, common, drawing.worth, drawing, rng.standard_normal((1 + shape[0], shape[1])))
    size_error = _mixed(common, rng.standard_normal(drawing.archs), drawing.common)
    others = {
        SIZE: _mixed(label, size_error, drawing.size),
        OTHER: _mixed(label, rng.standard_normal(drawing.archs), drawing.size),
    }
    return TaskPool(scores, {"N": published}, {LABEL: label}, others)


def _task(label: Array, common: Array, worth: float, drawing: Drawing, noise: Array) -> Array:
    """Return the scores [D, A] of one task; noise: [1 + D, A], the first row is of all draws."""
    own = np.sqrt(1 - drawing.luck) * noise[0] + np.sqrt(drawing.luck) * noise[1:]
    error = np.sqrt(drawing.shared) * common + np.sqrt(1 - drawing.shared) * own
    return _mixed(label, error, worth)


def _mixed(label: Array, error: Array, correlation: float) -> Array:
    mixed: Array = correlation * label + np.sqrt(1 - correlation**2) * error
    return mixed
