"""What trainings of one configuration amount to, in words.

Accuracies are shares, 0 to 1; in words they are percent, and differences percentage points.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from evo.retraining.request import INHERITED, RANDOM


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


def of_equal_seeds(one: Difference, other: Difference) -> tuple[Difference, Difference]:
    """Return both over the seeds that both have; raises ValueError where there are none."""
    both = [seed for seed in one.by_seed if seed in other.by_seed]
    if not both:
        raise ValueError(f"no seed is in both: {_named(one.by_seed)} in one, {_named(other.by_seed)} in the other")
    first, second = (Difference({seed: whole.by_seed[seed] for seed in both}) for whole in (one, other))
    return first, second


def relative_gain(with_it: Difference, without: Difference) -> float:
    """Return by how much more weights are worth with something in a search than without it (SSWP-NAS)."""
    return with_it.mean - without.mean


def describe_results(results: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for every training, and one for the difference between first weights where there are both."""
    for result in results:
        share = result["inherited"]["share"]
        kept = f", {share:.1%} of them inherited" if result["init"] == INHERITED else ""
        yield (
            f"{result['init']}, seed {result['seed']}: test accuracy {result['test_accuracy']:.2%} after "
            f"{result['epochs']} epochs, {result['params'] / 1e6:.3f} M parameters{kept}"
        )
    yield from _tested(results)
    if any(result["inherited"]["lost"] for result in results):
        yield "note: statistics behind pooling had no place in the network; --set train.searched=true keeps them"
    yield from _supervised(results)
    found = difference(results)
    if found:
        yield f"inherited minus random: {found}"


def _tested(results: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what the images are and on how many accuracies are, once, and which classes have none of them."""
    yield from dict.fromkeys(line for result in results for line in result.get("images", ()))
    counts = sorted({result["test_pictures"] for result in results if "test_pictures" in result})
    if counts:
        yield f"test accuracy: on {' or '.join(map(str, counts))} test image{'s' * (counts != [1])}"
    untested = sorted({label for result in results for label in result.get("untested_classes", ())})
    if untested:
        classes = f"class{'es' * (len(untested) > 1)} {', '.join(map(str, untested))}"
        yield f"note: no test image is of {classes} (counted from 0); test accuracy says nothing of it"


def _supervised(results: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line where inherited weights know labels that the training was not to have."""
    for result in results:
        labels = result["inherited"].get("labels")
        if labels and result["setting"]["label_fraction"] < 1:
            yield (
                f"note: the supernet learnt from labels of {labels}, so inherited weights have seen more labels than "
                f"--label-fraction {result['setting']['label_fraction']:g} says"
            )
            return


def describe_gain(with_it: Difference, without: Difference) -> Iterator[str]:
    """Yield both differences over the seeds that both have, and the relative gain; raises ValueError for none."""
    one, other = of_equal_seeds(with_it, without)
    yield f"with, inherited minus random: {one}"
    yield f"without, inherited minus random: {other}"
    if alone := with_it.by_seed.keys() ^ without.by_seed.keys():
        yield f"note: only one of the two runs has {_named(alone)}; left out"
    yield f"relative gain, {_named(one.by_seed)}: {100 * relative_gain(one, other):+.2f} points"


def _named(seeds: Collection[int]) -> str:
    return f"seed{'s' * (len(seeds) > 1)} {', '.join(map(str, sorted(seeds)))}"
