"""A stand-in for Ray, for tests of how the engine starts and joins it."""

import pytest

from evo.cluster import cluster, joining, local_ray
from evo.records.resources import Cluster


class FakeRay:
    """Stands in for the ``ray`` module: notes what is asked of it; ``init`` raises ``errors`` in order."""

    def __init__(self, errors: list[Exception] | None = None, *, up: bool = False) -> None:
        self._errors, self._up = errors or [], up
        self.asked: list[dict[str, object]] = []
        self.calls: list[str] = []

    def is_initialized(self) -> bool:
        return self._up

    def init(self, **options: object) -> Cluster:
        self.asked.append(options)
        self.calls.append("init")
        if self._errors:
            raise self._errors.pop(0)
        return Cluster("127.0.0.1:8265" if options.get("include_dashboard", True) else "", 0, 0.0)

    def shutdown(self) -> None:
        self.calls.append("shutdown")

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 3.0, "GPU": 1.0}


def installed(monkeypatch: pytest.MonkeyPatch, fake: FakeRay) -> FakeRay:
    """Put the stand-in in Ray's place for one test; returns it."""
    for module in (cluster, joining, local_ray):
        monkeypatch.setattr(module, "ray", fake)
    return fake
