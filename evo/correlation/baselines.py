"""The baselines beside the scores of a correlation.

Letters: N candidates.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from evo.engine.plugins import Plugins
from evo.records.trial import evaluation_seed
from evo.scoring.scores import Column, read_sizes
from evo.storage.logged_numbers import SIZES
from fitness import EvalContext
from fitness.counting import RandomFitness
from spaces import candidate_key
from tasks import derive_rng

RANDOM = "random"
BASELINES = (*SIZES, RANDOM)


def read_baselines(
    listed: Sequence[Column], run_dirs: Sequence[Path], texts: Sequence[str], plugins: Plugins, *, seed: int
) -> list[Column]:
    """Return params, macs and random, but for those listed anyway; sizes where the space builds networks."""
    sizes = read_sizes(run_dirs, len(texts))
    counted = [Column(name, scores) for name, scores in sizes.items() if not np.isnan(scores).all()]
    chance = Column(RANDOM, np.array([_random(text, plugins, seed) for text in texts]))
    return [column for column in (*counted, chance) if column.label not in [other.label for other in listed]]


def _random(text: str, plugins: Plugins, seed: int) -> float:
    """Return the score of the fitness ``random``, as a run would log it."""
    space = plugins.space
    candidate = space.decode(text)
    rng = derive_rng(evaluation_seed(seed, candidate_key(space, candidate)))
    return RandomFitness()(candidate, EvalContext(space, plugins.images, seed, rng, torch.device("cpu"))).value
