"""A stand-in for Ray, for tests of how the engine starts and joins it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from evo.cluster import cluster, joining, local_ray, metric_readers
from evo.cluster.view import View


@dataclass(frozen=True)
class FakeContext:
    """What Ray says of a cluster once it is joined; nothing listens at its place."""

    dashboard_url: str
    address_info: Mapping[str, str] = field(
        default_factory=lambda: {"gcs_address": "127.0.0.1:1", "session_dir": "/dev/null/ray/session"}
    )


class FakeRay:
    """Stands in for the ``ray`` module: notes what is asked of it; ``init`` raises ``errors`` in order."""

    def __init__(self, errors: list[Exception] | None = None, *, up: bool = False) -> None:
        self._errors, self._up = errors or [], up
        self.asked: list[dict[str, object]] = []
        self.calls: list[str] = []

    def is_initialized(self) -> bool:
        return self._up

    def init(self, **options: object) -> FakeContext:
        self.asked.append(options)
        self.calls.append("init")
        if self._errors:
            raise self._errors.pop(0)
        return FakeContext("127.0.0.1:8265" if options.get("include_dashboard", True) else "")

    def shutdown(self) -> None:
        self.calls.append("shutdown")

    def nodes(self) -> list[dict[str, object]]:
        return []

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 3.0, "GPU": 1.0}


def installed(monkeypatch: pytest.MonkeyPatch, fake: FakeRay) -> FakeRay:
    """Put the stand-in in Ray's place for one test; returns it."""
    for module in (cluster, joining, local_ray, metric_readers):
        monkeypatch.setattr(module, "ray", fake)
    monkeypatch.setattr(cluster, "look", View)
    return fake
