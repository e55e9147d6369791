"""Checks of candidates: where they come from, what they are, and what identifies them."""

import pickle
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import numpy as np

from spaces.base import candidate_key, functional_key
from spaces.conformance.case import SpaceCase, require
from tasks.conformance.global_states import global_states

_ATOMS = (str, bytes, int, float, complex, Enum, type(None))


def sample_follows_its_generator(case: SpaceCase) -> str:
    """Equal generators give equal samples: in both spaces, and in any order."""
    numbers = range(case.members)
    ours = [case.space.sample(case.rng("member", number)) for number in numbers]
    theirs = [case.twin.sample(case.rng("member", number)) for number in reversed(numbers)][::-1]
    for one, other in zip(ours, theirs, strict=True):
        require(one == other, f"equal generators gave {case.describe(one)} and then {case.describe(other)}")
    return f"{case.members} members, from two spaces"


def samples_differ(case: SpaceCase) -> str:
    """Different generators do not all give the same sample."""
    texts = [case.space.encode(candidate) for candidate in case.sampled()]
    different = len(set(texts))
    require(different > 1 or case.members == 1, f"{case.members} generators all gave {case.describe(texts[0])}")
    return f"{different} different among {case.members}"


def candidates_are_immutable(case: SpaceCase) -> str:
    """Candidates hash, and nothing in them can be changed."""
    for candidate in case.sampled():
        with case.about(candidate):
            hash(candidate)
            part = _changeable(candidate)
            require(part is None, f"{part} can be changed; use frozen dataclasses and tuples")
    return "hashable and frozen"


def candidates_pickle(case: SpaceCase) -> str:
    """Candidates come back equal from pickle, as Ray sends them."""
    for candidate in case.sampled():
        with case.about(candidate):
            copy = pickle.loads(pickle.dumps(candidate))
            require(copy == candidate, f"pickle gives {case.describe(copy)}")
            require(hash(copy) == hash(candidate), "its copy from pickle has another hash")
    return "equal after pickle"


def key_is_of_the_candidate(case: SpaceCase) -> str:
    """Equal candidates have equal keys, and candidates of one key compute one function."""
    functions: dict[str, str] = {}
    for candidate in case.sampled():
        with case.about(candidate):
            key = candidate_key(case.space, candidate)
            require(isinstance(key, str) and key, f"its key is {key!r}; a text is needed")
            copy = case.twin.decode(case.space.encode(candidate))
            other = candidate_key(case.twin, copy)
            require(key == other, f"its keys are {key!r} and then {other!r}")
            function = functional_key(case.space, candidate)
            require(function == functional_key(case.twin, copy), "it has two functional keys")
            require(
                functions.setdefault(key, function) == function,
                "its key is that of a candidate of another functional key",
            )
    return f"{len(functions)} keys of {case.members} members"


def global_randomness_is_left_alone(case: SpaceCase) -> str:
    """Sampling, mutating and coding leave the global generators as they are."""
    before = global_states()
    for candidate in case.sampled():
        child = case.space.mutate(candidate, case.rng("global"))
        candidate_key(case.space, case.space.decode(case.space.encode(child)))
    moved = [name for name, state in global_states().items() if state != before[name]]
    require(not moved, f"the global generator of {', '.join(moved)} was used; use the generator given, and no other")
    return "untouched"


def _changeable(value: Any) -> str | None:
    """Return the name of a part of ``value`` that can be changed, or None."""
    if isinstance(value, _ATOMS):
        return None
    if isinstance(value, tuple | frozenset):
        return next(filter(None, map(_changeable, value)), None)
    if not is_dataclass(value):
        return None if _refuses_attributes(value) else type(value).__name__
    if not value.__dataclass_params__.frozen:  # type: ignore[union-attr]
        return type(value).__name__
    return next(filter(None, (_changeable(getattr(value, field.name)) for field in fields(value))), None)


def _refuses_attributes(value: Any) -> bool:
    if isinstance(value, list | dict | set | bytearray | np.ndarray):
        return False
    try:
        value.conformance_probe = None
    except (AttributeError, TypeError):
        return True
    return False
