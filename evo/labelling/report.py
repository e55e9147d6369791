"""What a labelling says of its labels, and what it takes to be a panel."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from evo.labelling.labels import Labels
from fitness.rank_correlation.rank_statistics import reliability_of_mean
from tasks.panel import FEWEST_MEMBERS


def describe_labels(labels: Labels) -> Iterator[str]:
    """Yield what there is to know of the labels, line by line."""
    count, seeds = len(labels.texts), len(labels.seeds)
    if labels.without:
        yield f"{labels.without} of {count} architectures have no label and are left out, e.g. {labels.reason}"
    if labels.without == count:
        return
    accuracies = labels.accuracies.mean(axis=0)[labels.whole]
    yield f"labels {_spread(labels.values[labels.whole])}, validation accuracies {_spread(accuracies)}"
    yield f"rank agreement of two seeds: {labels.agreement} (Spearman, mean of pairs, 95 % bootstrap interval)"
    reliability = reliability_of_mean(labels.agreement, seeds)
    yield f"reliability of the mean of {seeds} seeds: {reliability} (Spearman-Brown, from that agreement)"


def shortcoming(labels: Labels, least_agreement: float) -> str | None:
    """Return why these labels are no good panel, in one line, or None where they are one."""
    labelled = int(np.sum(labels.whole))
    if labelled < FEWEST_MEMBERS:
        return f"{labelled} architectures have a label, and a panel has at least {FEWEST_MEMBERS}: see why they failed"
    agreement = labels.agreement.value
    if np.isnan(agreement):
        return "all labels of a seed are equal: nothing can be ranked; change --epochs or --learning-rate"
    if agreement < least_agreement:
        return (
            f"two seeds agree on the ranks by {agreement:.3f}, and {least_agreement:g} is needed: try another "
            "--learning-rate or other --epochs (fewer where nearly all do well, more where hardly any does), or more "
            f"--seeds for a more reliable mean and --least-agreement {_below(agreement)} to accept it"
        )
    return None


def kept(path: Path) -> str:
    """Return where the labels are that became no panel."""
    return f"every label is kept in {path}: the same command goes on from there"


def _below(agreement: float) -> str:
    return f"{np.floor(agreement * 100) / 100:g}"


def _spread(values: np.ndarray) -> str:
    return f"{values.min():.3f} to {values.max():.3f} (median {np.median(values):.3f})"
