"""How far one label of a panel is off, where it has several labels of each architecture, of different seeds.

Letters: N architectures, K seeds.
"""

import math
import re

import numpy as np

from spaces.tables.panel_file import label_column, locate_panel, whole_rows
from spaces.tables.table import CandidateTable
from spaces.tables.table_file import Floats

SEED = "_seed_"
"""Between the name of a label and the number of its seed, as ``evo.label`` writes them."""
_OF_SEED = re.compile(f"(.+){SEED}[0-9]+")


def label_noise(source: str, metric: str = "") -> float:
    """Return the typical standard deviation of one label of a panel, 0 where it cannot be told.

    The labels of the seeds are those of columns ``value_seed_0``, ``value_seed_1``, ...; the label is their mean, or
    one of them where ``metric`` names it. What one seed adds to all architectures alike is no noise: their order stays.
    The variance is the median of the architectures', as that of a chi-square distribution of K - 1 degrees of freedom:
    the few whose trainings diverge do not make the order of all others unsure.

    source, metric: as in ``read_panel``; raises UsageError as it does
    """
    table = CandidateTable(locate_panel(source))
    label = metric or label_column(table)
    one = _OF_SEED.fullmatch(label)
    seeds = re.compile(f"{re.escape(one[1] if one else label)}{SEED}[0-9]+")
    rows = [table.column(name)[whole_rows(table)] for name in table.columns if seeds.fullmatch(name)]
    known = np.array([labels for labels in zip(*rows, strict=True) if np.isfinite(labels).all()])
    if len(rows) < 2 or len(known) < 2:
        return 0.0
    variance = _typical_variance(known)
    return math.sqrt(variance if one else variance / len(rows))


def _typical_variance(labels: Floats) -> float:
    """Return the variance of one seed's label from those of N architectures by K seeds, [N, K]."""
    from scipy.special import gammaincinv

    beside = labels - labels.mean(axis=1, keepdims=True)
    squares = ((beside - np.median(beside, axis=0)) ** 2).sum(axis=1)
    return float(np.median(squares) / (2 * gammaincinv((labels.shape[1] - 1) / 2, 0.5)))
