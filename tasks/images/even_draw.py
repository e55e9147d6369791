"""Which of several things are drawn where some turn out to be of no use."""

from collections import Counter
from collections.abc import Callable
from itertools import count as counted
from itertools import islice

import numpy as np

from tasks.images.sampling import choose


def choose_usable(population: int, count: int, rng: np.random.Generator, usable: Callable[[int], bool]) -> list[int]:
    """Return ``count`` usable indices below ``population``, each as likely; none twice before every one was there once.

    Those that ``choose`` returns where all are usable. What is not is made up for by others at the end. The result
    depends on the generator and on what is usable alone, not on what was known of it before. Raises LookupError where
    nothing is usable.
    """
    chosen = [index for index in choose(population, count, rng).tolist() if usable(index)]
    times = Counter(chosen)
    for least in counted(count // population):
        if len(chosen) == count:
            break
        others = (index for index in rng.permutation(population).tolist() if times[index] == least and usable(index))
        more = list(islice(others, count - len(chosen)))
        if not chosen and not more:
            raise LookupError(f"none of {population} is usable")
        times.update(more)
        chosen += more
    return chosen
