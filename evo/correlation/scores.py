"""The scores of a correlation, read from the runs' logs, and the baselines beside them.

Letters: N candidates. Times are seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from evo.config import Plugins
from evo.run_log import read_table
from evo.trial import evaluation_seed
from fitness import EvalContext
from fitness.counting import RandomFitness
from spaces import candidate_key
from tasks import derive_rng

SIZES = ("params", "macs")
RANDOM = "random"
BASELINES = (*SIZES, RANDOM)
_COLUMNS = ["trial_id", "fitness", "params", "macs", "reused", "evaluate_s", "error"]


@dataclass(frozen=True)
class Column:
    """What one fitness says of every candidate: scores [N], NaN where it has none; higher is better.

    seconds: median of a candidate, None where nobody measured; reason: last words of a candidate without a score.
    """

    label: str
    scores: np.ndarray
    seconds: np.ndarray | None = None
    reason: str | None = None

    @property
    def failed(self) -> int:
        """Candidates without a score."""
        return int(np.sum(np.isnan(self.scores)))

    @property
    def seconds_each(self) -> float | None:
        """Median seconds of a candidate that was scored here."""
        measured = self.seconds[~np.isnan(self.seconds)] if self.seconds is not None else np.empty(0)
        return float(np.median(measured)) if len(measured) else None


def read_column(label: str, run_dir: Path, count: int) -> Column:
    """Return the scores of a run's first ``count`` candidates."""
    columns = read_table(run_dir, _COLUMNS).slice(0, count).to_pydict()
    seconds = [None if reused else s for s, reused in zip(columns["evaluate_s"], columns["reused"], strict=True)]
    errors = [error for error in columns["error"] if error]
    last_words = errors[0].strip().splitlines()[-1] if errors else None
    return Column(label, _floats(columns["fitness"]), _floats(seconds), last_words)


def read_baselines(
    listed: Sequence[Column], run_dirs: Sequence[Path], texts: Sequence[str], plugins: Plugins, *, seed: int
) -> list[Column]:
    """Return params, macs and random, but for those listed anyway; sizes where the space builds networks.

    Every run logs the size of every candidate, whatever its fitness.
    """
    sizes = _read_sizes(run_dirs, len(texts))
    counted = [Column(name, scores) for name, scores in sizes.items() if not np.isnan(scores).all()]
    chance = Column(RANDOM, np.array([_random(text, plugins, seed) for text in texts]))
    return [column for column in (*counted, chance) if column.label not in [other.label for other in listed]]


def _read_sizes(run_dirs: Sequence[Path], count: int) -> Mapping[str, np.ndarray]:
    tables = [read_table(run_dir, _COLUMNS).slice(0, count).to_pydict() for run_dir in run_dirs]
    return {name: _first_known([_floats(table[name]) for table in tables]) for name in SIZES}


def _first_known(columns: Sequence[np.ndarray]) -> np.ndarray:
    """Return what any of the runs knows of each candidate: one that timed out may have no size."""
    known = columns[0].copy()
    for column in columns[1:]:
        known = np.where(np.isnan(known), column, known)
    return known


def _random(text: str, plugins: Plugins, seed: int) -> float:
    """Return the score of the fitness ``random``, as a run would log it."""
    space = plugins.space
    candidate = space.decode(text)
    rng = derive_rng(evaluation_seed(seed, candidate_key(space, candidate)))
    return RandomFitness()(candidate, EvalContext(space, plugins.images, seed, rng, torch.device("cpu"))).value


def _floats(values: Sequence[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], dtype=float)
