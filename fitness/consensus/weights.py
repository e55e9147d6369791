"""How much each member counts, where labels say nothing of it.

By default a member counts for what it says beside size: 1 - rho^2, rho being its rank correlation with the parameters
or the multiply-adds of the sample, whichever is larger. Where networks of a space follow size a member that is mostly
size is a good one, and where they do not it is the one that misleads; without labels the two cases cannot be told
apart, and of the rules that were tried this one costs least in the worse of them.

Letters: N candidates of the sample.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from fitness.consensus.correlations import size_correlation
from fitness.consensus.positions import is_constant
from tasks import UsageError

Array = NDArray[np.float64]

DEFAULT, EQUAL = "default", "equal"
ALLOWED = "default, equal, or a number for each member, e.g. 1,0.5"


def settle_weights(weights: str | Sequence[float], members: int) -> str | list[float]:
    """Return weights as a configuration keeps them: ``default``, ``equal``, or a number for each of the members.

    Raises UsageError for anything else, a number that is negative or not finite, where all are 0, and where they are
    too large to be added up.
    """
    if isinstance(weights, str) and weights.strip() in (DEFAULT, EQUAL):
        return weights.strip()
    numbers = _numbers(weights)
    if len(numbers) != members:
        raise _refused(weights, f"{len(numbers)} numbers for {members} members; one for each is needed")
    if not all(math.isfinite(number) and number >= 0 for number in numbers) or not any(numbers):
        raise _refused(weights, "finite numbers of at least 0 are needed, one of them above it")
    if not math.isfinite(sum(numbers)):
        raise _refused(weights, "together they are above the largest number there is; only their ratios count")
    return numbers


def base_weights(
    weights: str | Mapping[str, float], scores: Mapping[str, Array], sizes: Mapping[str, Array]
) -> dict[str, float]:
    """Return the weight of each member by label, together 1; 0 for one that is constant on the sample.

    weights: ``default``, ``equal``, or a number for each label; scores: of each label [N], NaN where it failed; sizes:
    parameters and multiply-adds [N], NaN where the space builds no networks

    Raises UsageError where no member that tells candidates apart has a weight.
    """
    live = [label for label, values in scores.items() if not is_constant(values)]
    if isinstance(weights, str):
        wanted = dict.fromkeys(live, 1.0) if weights == EQUAL else _beside_size(live, scores, sizes)
    else:
        wanted = {label: weights[label] for label in live}
    total = sum(wanted.values())
    if not total:
        raise UsageError(
            f"consensus: no member tells the {_length(scores)} candidates of the reference apart and has a weight: "
            f"{', '.join(scores)}; choose other members or weights"
        )
    return {label: wanted.get(label, 0.0) / total for label in scores}


def _beside_size(live: Sequence[str], scores: Mapping[str, Array], sizes: Mapping[str, Array]) -> dict[str, float]:
    """Return 1 - rho^2 of each member; 1 of all where sizes are not known or constant, or all are nothing but size."""
    rho = {label: size_correlation(scores[label], sizes)[1] for label in live}
    weights = {label: 1.0 if math.isnan(each) else 1 - each**2 for label, each in rho.items()}
    return weights if any(weights.values()) else dict.fromkeys(live, 1.0)


def _numbers(weights: str | Sequence[float]) -> list[float]:
    parts = weights.split(",") if isinstance(weights, str) else weights
    try:
        return [float(part) for part in parts]
    except (TypeError, ValueError):
        raise _refused(weights, f"{ALLOWED}, is needed") from None


def _refused(weights: object, why: str) -> UsageError:
    return UsageError(f"fitness.weights={str(weights)[:80]!r}: {why}")


def _length(scores: Mapping[str, Array]) -> int:
    return max((len(values) for values in scores.values()), default=0)
