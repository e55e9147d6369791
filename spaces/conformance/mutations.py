"""Checks of mutation, and of how long the small methods take."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from spaces.base import candidate_key
from spaces.conformance.case import SpaceCase, require

MOST_MS = 50.0
"""Milliseconds at the median above which a small method is too slow for a search."""

_CHAIN = 5  # mutations after each other


def mutation_follows_its_generator(case: SpaceCase) -> str:
    """Equal generators give equal mutations: in both spaces, and in any order."""
    parents = list(enumerate(case.sampled()))
    ours = [case.space.mutate(parent, case.rng("mutation", number)) for number, parent in parents]
    theirs = [case.twin.mutate(parent, case.rng("mutation", number)) for number, parent in reversed(parents)][::-1]
    for (_, parent), one, other in zip(parents, ours, theirs, strict=True):
        found = f"{case.describe(one)} and then {case.describe(other)}"
        require(one == other, f"equal generators mutated {case.describe(parent)} to {found}")
    return f"{case.members} mutations, in two spaces"


def mutation_stays_in_the_space(case: SpaceCase) -> str:
    """A mutation is a member with another key, however often it is repeated."""
    for number, candidate in enumerate(case.sampled()):
        rng = case.rng("chain", number)
        parent = candidate
        for _ in range(_CHAIN):
            with case.about(parent):
                child = case.space.mutate(parent, rng)
                _check_child(case, parent, child)
                parent = child
    return f"{case.members} chains of {_CHAIN}"


def speed(case: SpaceCase) -> str:
    """The small methods take milliseconds at most."""
    medians = measure(case)
    for name, seconds in medians.items():
        require(
            seconds * 1e3 <= MOST_MS, f"{name} takes {seconds * 1e3:.0f} ms at the median; at most {MOST_MS:.0f} ms"
        )
    return ", ".join(f"{name} {seconds * 1e6:.0f} us" for name, seconds in medians.items())


def measure(case: SpaceCase) -> dict[str, float]:
    """Return the median seconds of each small method over the case's members."""
    space, rng = case.space, case.rng("speed")
    members = case.sampled()
    texts = [space.encode(member) for member in members]
    return {
        "sample": _median_seconds(lambda _: space.sample(rng), members),
        "mutate": _median_seconds(lambda member: space.mutate(member, rng), members),
        "encode": _median_seconds(space.encode, members),
        "decode": _median_seconds(space.decode, texts),
        "key": _median_seconds(lambda member: candidate_key(space, member), members),
    }


def _check_child(case: SpaceCase, parent: Any, child: Any) -> None:
    key = candidate_key(case.space, child)
    said = f"it mutates to {case.describe(child)}"
    require(key != candidate_key(case.space, parent), f"{said}, which has the same key")
    require(case.twin.decode(case.space.encode(child)) == child, f"{said}, whose text does not lead back to it")


def _median_seconds(call: Callable[[Any], object], arguments: list[Any]) -> float:
    taken = []
    for argument in arguments:
        start = time.perf_counter()
        call(argument)
        taken.append(time.perf_counter() - start)
    return median(taken)
