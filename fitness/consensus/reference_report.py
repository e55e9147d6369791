"""What there is to say of a reference that was taken: what each member counts, why, and how alike members rank."""

import math
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from fitness.consensus.correlations import NOTHING_BUT_SIZE, SIZES, Correlations, size_correlation
from fitness.consensus.positions import is_constant, known
from fitness.reference import ScoredSample

Array = NDArray[np.float64]

_SAID = {"params": "parameters", "macs": "MACs"}
_LONGEST_LABEL = 44


def sizes_of(sample: ScoredSample) -> dict[str, Array]:
    """Return parameters and multiply-adds of a sample, by the names that they have in matrices."""
    return dict(zip(SIZES, (sample.params, sample.macs), strict=True))


def report_lines(sample: ScoredSample, weights: Mapping[str, float], how: str) -> Iterator[str]:
    """Yield a line for each member and the matrix of rank correlations, at most 80 characters each.

    weights: of each label of the sample's scores, together 1; how: where they come from, in a few words
    """
    sizes = sizes_of(sample)
    yield f"{len(sample)} candidates; weights: {how}"
    names = {label: f"[{number}]" for number, label in enumerate(sample.scores, 1)}
    for label, scores in sample.scores.items():
        yield f"{names[label]:>4} {_shortened(label)}: weight {weights[label]:.2f}"
        yield from (f"     {each}" for each in _remarks(scores, sizes))
    counted = {name: values for name, values in sizes.items() if not is_constant(values)}
    matrix = Correlations.of({**sample.scores, **counted})
    yield "rank correlations (Spearman's rho) on the reference:"
    yield from matrix.lines(names)


def _remarks(scores: Array, sizes: Mapping[str, Array]) -> Iterator[str]:
    """Yield what is out of the ordinary about a member with these scores [N]."""
    failed = len(scores) - len(known(scores))
    if failed == len(scores):
        yield "fails on every candidate, and has no say"
        return
    if failed:
        yield f"fails on {failed} of {len(scores)}"
    if is_constant(scores):
        yield "says the same of all candidates, and has no say"
        return
    size, rho = size_correlation(scores, sizes)
    if not math.isnan(rho) and abs(rho) >= NOTHING_BUT_SIZE:
        yield f"is nothing but size: rho {rho:.2f} with {_SAID[size]}"


def _shortened(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 4]} ..."
