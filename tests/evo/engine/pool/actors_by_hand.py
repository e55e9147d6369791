"""Actors that do nothing, and the part of Ray that makes them."""

from typing import Any


class FakeRay:
    """Makes actors that do nothing."""

    def remote(self, kind: type) -> "FakeRay":
        return self

    def options(self, **options: Any) -> "FakeRay":
        assert options["max_restarts"] == 0
        return FakeActors()

    def is_initialized(self) -> bool:
        return True

    def kill(self, actor: "FakeActor") -> None:
        actor.killed = True


class FakeActors(FakeRay):
    def remote(self, **arguments: Any) -> "FakeActor":  # type: ignore[override]
        return FakeActor()


class FakeActor:
    killed = False

    @property
    def ready(self) -> "FakeActor":
        return self

    def remote(self) -> object:
        return object()
