"""What the actors of a pool have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self


def any_place(facts: object) -> None:
    """Return no reason against any place."""


@dataclass(frozen=True)
class ActorKind:
    """How the actors of a pool are made.

    remote: class with a method ``ready``; name: of a place, e.g. ``worker``
    arguments: number and full name of a place -> keyword arguments of the class; it is called whenever an actor starts
    cpus, gpus: that each holds; runtime_env: as in Ray's options
    check: what ``ready`` has returned -> None, or why no actor of the pool may be where that one is
    """

    remote: type
    name: str
    arguments: Callable[[int, str], Mapping[str, Any]]
    cpus: int = 1
    gpus: float = 0.0
    runtime_env: Mapping[str, Any] | None = None
    check: Callable[[object], str | None] = any_place

    def without_gpus(self) -> Self:
        """Return it for machines that have GPUs, of which no actor is to see one: Ray hides none by itself."""
        hidden = {"CUDA_VISIBLE_DEVICES": ""}
        given = self.runtime_env or {}
        return replace(self, runtime_env={**given, "env_vars": {**given.get("env_vars", {}), **hidden}})
