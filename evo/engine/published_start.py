"""A first population of published proxy tasks and their mutants."""

from itertools import cycle, islice
from typing import Any

from evo.records.config import SearchConfig
from evo.records.requests import PUBLISHED
from spaces import SearchSpace, candidate_key, published_tasks
from tasks import derive_rng
from tasks.foundation.errors import UsageError

PLACES = 20
"""Candidates of it where the strategy has no population; of a population, half is left to chance."""
_MOST_TRIES = 1_000


def published_start(config: SearchConfig, space: SearchSpace[Any]) -> list[Any]:
    """Return the published tasks that a space knows, then mutants of each in turn, none twice; drawn by the seed.

    They are half of the strategy's population, or ``PLACES`` where it has none; all that are published in any case, and
    fewer where a space has no more. Raises UsageError for a space that knows none.
    """
    known = list(published_tasks(space).values())
    if not known:
        raise UsageError(
            f"{PUBLISHED} proxy tasks are asked for, and space {config.space.name!r} knows none; give a file of "
            "candidates, or a space such as proxy_tasks"
        )
    places, rng = _places(config), derive_rng(config.seed, "initial", PUBLISHED)
    found = {candidate_key(space, task): task for task in known}
    for parent in islice(cycle(known), _MOST_TRIES):
        if len(found) >= places:
            break
        child = space.mutate(parent, rng)
        found.setdefault(candidate_key(space, child), child)
    return list(found.values())


def _places(config: SearchConfig) -> int:
    population = config.strategy.options.get("population")
    return population // 2 if isinstance(population, int) else PLACES
