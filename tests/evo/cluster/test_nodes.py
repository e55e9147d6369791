"""Catches: a node that is gone counted as room, one that has just joined taken for full, a node without a name, a
driver that stands still as a node does not answer."""

from typing import Any

import pytest

from evo.cluster import nodes
from evo.cluster.nodes import at_head, is_client, read_nodes
from evo.records.resources import Machine


class FakeRay:
    """A cluster of two live nodes and a dead one; client: whether this process is a client of it.

    frozen: whether what is asked of it is not answered
    """

    def __init__(self, *, client: bool, frozen: bool = False) -> None:
        self.util, self.client, self.ray = self, self, self
        self._client, self._frozen = client, frozen
        self.asked: dict[str, Any] = {}
        self.waited: list[float] = []
        self.cancelled: list[object] = []

    def is_connected(self) -> bool:
        return self._client

    def nodes(self) -> list[dict[str, Any]]:
        known = {
            "NodeID": "0123456789",
            "Alive": True,
            "NodeManagerHostname": "one",
            "Resources": {"CPU": 4.0, "GPU": 2.0},
        }
        head = {"NodeID": "a" * 56, "Alive": True, "Resources": {"node:__internal_head__": 1.0}}
        return [known, {**known, "NodeID": "gone", "Alive": False}, head]

    def remote(self, function: Any = None) -> Any:
        return self if function is None else FakeTask(self, function)

    def wait(self, calls: list[object], *, timeout: float) -> tuple[list[object], list[object]]:
        self.waited.append(timeout)
        return ([], calls) if self._frozen else (calls, [])

    def cancel(self, call: object, *, force: bool) -> None:
        self.cancelled.append(call)

    def get(self, value: object) -> object:
        assert not self._frozen
        return value


class FakeTask:
    def __init__(self, ray: FakeRay, function: Any) -> None:
        self._ray, self._function = ray, function

    def options(self, **options: object) -> "FakeTask":
        self._ray.asked = options
        return self

    def remote(self) -> object:
        return self._function()


@pytest.mark.parametrize("client", [False, True])
def test_live_nodes_are_read_with_what_nobody_holds(monkeypatch: pytest.MonkeyPatch, client: bool) -> None:
    fake = FakeRay(client=client)
    monkeypatch.setattr(nodes, "ray", fake)
    monkeypatch.setattr(nodes, "_free_here", lambda: {"0123456789": {"CPU": 1.0}})
    first, second = read_nodes()
    assert first == Machine("0123456789", "one", 4.0, 2.0, free_cpus=1.0, free_gpus=0.0)
    assert second == Machine("a" * 56, "a" * 8, 0.0, 0.0, free_cpus=0.0, free_gpus=0.0)
    if client:
        there = fake.asked.pop("scheduling_strategy")
        assert (there.node_id, there.soft, fake.asked) == ("a" * 56, False, {"num_cpus": 0})
    assert fake.waited == ([30.0] if client else [])


@pytest.mark.parametrize("client", [False, True])
def test_a_task_runs_at_the_head(monkeypatch: pytest.MonkeyPatch, client: bool) -> None:
    fake = FakeRay(client=client)
    monkeypatch.setattr(nodes, "ray", fake)
    assert is_client() is client
    assert at_head(lambda: "there").remote() == "there"
    assert fake.asked.pop("scheduling_strategy").node_id == "a" * 56
    assert fake.asked == {"num_cpus": 0}


def test_what_a_client_is_not_told_in_time_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeRay(client=True, frozen=True)
    monkeypatch.setattr(nodes, "ray", fake)
    monkeypatch.setattr(nodes, "_free_here", lambda: {"0123456789": {"CPU": 1.0}})
    seen = read_nodes([Machine("0123456789", "one", 4.0, 2.0, free_cpus=3.0, free_gpus=0.5)])
    assert seen[0] == Machine("0123456789", "one", 4.0, 2.0, free_cpus=3.0, free_gpus=0.5)
    assert (len(seen), fake.waited, len(fake.cancelled)) == (2, [2.0], 1)


def test_a_node_that_has_just_joined_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "ray", FakeRay(client=False))
    monkeypatch.setattr(nodes, "_free_here", dict)
    assert read_nodes()[0].free_cpus == 4.0
