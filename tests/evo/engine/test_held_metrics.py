"""Catches: an actor that takes a CPU or outlives its run, values that pile up before it, an end that waits for an actor
that never came up, a search that ends as its metrics cannot be shown."""

from typing import Any

import pytest
from ray.exceptions import RayActorError

from evo.engine import held_metrics
from evo.engine.held_metrics import HeldMetrics
from evo.engine.metrics_holder import MetricsHolder


class Method:
    """Notes its calls; returns their numbers."""

    def __init__(self, ray: "FakeRay", name: str) -> None:
        self._ray, self._name = ray, name

    def remote(self, *arguments: Any) -> int:
        self._ray.calls.append((self._name, *arguments))
        return len(self._ray.calls)


class Actor:
    """A handle on no actor."""

    def __init__(self, ray: "FakeRay") -> None:
        self.hold, self.close = Method(ray, "hold"), Method(ray, "close")


class FakeRay:
    """Stands in for the ``ray`` module; ``done``: whether what was called has come back."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.options_given: dict[str, Any] = {}
        self.waited: list[float] = []
        self.done, self.killed = True, 0
        self.error: Exception | None = None

    def get_runtime_context(self) -> "FakeRay":
        return self

    def get_node_id(self) -> str:
        return "0" * 56

    def remote(self, *arguments: Any) -> Any:
        if arguments == (MetricsHolder,):
            return self
        return Actor(self)

    def options(self, **given: Any) -> "FakeRay":
        self.options_given = given
        return self

    def wait(self, calls: list[int], timeout: float) -> tuple[list[int], list[int]]:
        if self.error:
            raise self.error
        self.waited.append(timeout)
        return (calls, []) if self.done else ([], calls)

    def kill(self, actor: Actor) -> None:
        self.killed += 1


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> FakeRay:
    fake = FakeRay()
    monkeypatch.setattr(held_metrics, "ray", fake)
    return fake


ONE, TWO = {("a", ()): 1.0}, {("a", ()): 2.0}


def test_the_actor_takes_no_cpu_and_ends_with_the_driver(ray: FakeRay) -> None:
    HeldMetrics("x", {}, ())
    given = ray.options_given
    assert given["name"].startswith("selfnas/x/metrics.")
    assert (given["num_cpus"], given["max_restarts"]) == (0, -1)
    assert "lifetime" not in given
    assert given["scheduling_strategy"].soft


def test_values_that_are_not_taken_yet_hold_the_next_ones_back(ray: FakeRay) -> None:
    held = HeldMetrics("x", {}, ())
    ray.done = False
    held.show(ONE)
    held.show(TWO)
    assert ray.calls == [("hold", ONE)]
    ray.done = True
    held.show(TWO)
    assert ray.calls == [("hold", ONE), ("hold", TWO)]
    assert ray.waited == [0.0, 0.0]


def test_the_end_waits_until_the_last_values_are_taken(ray: FakeRay) -> None:
    held = HeldMetrics("x", {}, ())
    held.show(ONE)
    held.close(TWO)
    assert ray.calls[-1] == ("close", TWO)
    assert ray.waited == [0.0, held_metrics.CLOSE_S]
    assert ray.killed == 1


def test_the_end_waits_for_an_actor_that_was_up_though_it_has_not_taken_all(ray: FakeRay) -> None:
    held = HeldMetrics("x", {}, ())
    held.show(ONE)
    held.show(ONE)
    ray.done = False
    held.close(TWO)
    assert ray.calls[-1] == ("close", TWO)


def test_the_end_does_not_wait_for_an_actor_that_is_not_up(ray: FakeRay) -> None:
    held = HeldMetrics("x", {}, ())
    ray.done = False
    held.show(ONE)
    held.close(TWO)
    assert (ray.calls, ray.waited, ray.killed) == ([("hold", ONE)], [0.0], 1)


@pytest.mark.parametrize("error", [RayActorError(), ConnectionError("gone")])
def test_a_cluster_that_is_gone_is_somebody_elses_to_tell(ray: FakeRay, error: Exception) -> None:
    held = HeldMetrics("x", {}, ())
    held.show(ONE)
    ray.error = error
    held.show(TWO)
    held.close(TWO)
    assert ray.calls == [("hold", ONE)]
