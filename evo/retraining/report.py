"""What trainings of one setting amount to, in words.

Accuracies are shares, 0 to 1; in words they are percent, and differences percentage points.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from evo.retraining.options import INHERITED, RANDOM


@dataclass(frozen=True)
class Difference:
    """Test accuracy after inherited weights minus that after random ones, seed by seed; no seed is without both."""

    by_seed: Mapping[int, float]

    @property
    def mean(self) -> float:
        """Mean over seeds."""
        return fmean(self.by_seed.values())

    def __str__(self) -> str:
        """Return it in percentage points, all seeds behind it where there are several."""
        seeds = ", ".join(f"{100 * value:+.2f}" for value in self.by_seed.values())
        return f"{100 * self.mean:+.2f} points" + (f" (by seed: {seeds})" if len(self.by_seed) > 1 else "")


def difference(results: Sequence[Mapping[str, Any]]) -> Difference | None:
    """Return the difference over the seeds that have both first weights, None where there are none."""
    accuracy = {(result["init"], result["seed"]): result["test_accuracy"] for result in results}
    both = sorted(seed for init, seed in accuracy if init == INHERITED and (RANDOM, seed) in accuracy)
    return Difference({seed: accuracy[INHERITED, seed] - accuracy[RANDOM, seed] for seed in both}) if both else None


def relative_gain(with_it: Difference, without: Difference) -> float:
    """Return by how much more weights are worth with something in a search than without it (SSWP-NAS)."""
    return with_it.mean - without.mean


def describe_results(results: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for every training, and one for the difference between first weights where there are both."""
    for result in results:
        legacy = result["inherited"]
        kept = f", {legacy['share']:.1%} of them inherited" if result["init"] == INHERITED else ""
        yield (
            f"{result['init']}, seed {result['seed']}: test accuracy {result['test_accuracy']:.2%} after "
            f"{result['epochs']} epochs, {result['params'] / 1e6:.3f} M parameters{kept}"
        )
    if any(result["inherited"]["lost"] for result in results):
        yield "note: statistics behind pooling had no place in the network; --set train.searched=true keeps them"
    found = difference(results)
    if found:
        yield f"inherited minus random: {found}"


def describe_gain(with_it: Difference, without: Difference) -> Iterator[str]:
    """Yield both differences and the relative gain."""
    yield f"with, inherited minus random: {with_it}"
    yield f"without, inherited minus random: {without}"
    yield f"relative gain: {100 * relative_gain(with_it, without):+.2f} points"
