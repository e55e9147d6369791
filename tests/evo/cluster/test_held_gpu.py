"""Catches: a GPU that is called by its number within a worker, where every one is 0, or by another's share."""

import sys
from types import SimpleNamespace

import pytest

from evo.cluster.held_gpu import gpu_label, held_gpu, held_share, index_of


class Context:
    """What Ray says of a process."""

    def __init__(self, actor: str | None, resources: dict[str, float]) -> None:
        self._actor, self._resources = actor, resources

    def get_actor_id(self) -> str | None:
        return self._actor

    def get_assigned_resources(self) -> dict[str, float]:
        return self._resources


def in_ray(monkeypatch: pytest.MonkeyPatch, *, up: bool = True, actor: str | None = "a", **resources: float) -> None:
    context = Context(actor, {"CPU": 1.0, **resources})
    fake = SimpleNamespace(is_initialized=lambda: up, get_runtime_context=lambda: context)
    monkeypatch.setitem(sys.modules, "ray", fake)


def test_a_gpu_in_words() -> None:
    assert gpu_label("NVIDIA H200", "1", 0.25) == "NVIDIA H200 #1 x0.25"
    assert gpu_label("NVIDIA H200", "0", 2.0) == "NVIDIA H200 #0 x2"


def test_a_gpu_has_the_number_that_it_has_on_its_node() -> None:
    assert index_of(0, {"CUDA_VISIBLE_DEVICES": "3"}) == "3"
    assert index_of(1, {"CUDA_VISIBLE_DEVICES": "3, GPU-5f"}) == "GPU-5f"
    assert index_of(0, {"CUDA_VISIBLE_DEVICES": ""}) == index_of(0, {}) == "0"


def test_a_share_is_what_ray_has_given_to_this_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    in_ray(monkeypatch, GPU=0.25)
    assert held_share() == 0.25
    in_ray(monkeypatch)
    assert held_share() == 0.0


def test_a_process_that_is_no_worker_holds_no_share(monkeypatch: pytest.MonkeyPatch) -> None:
    in_ray(monkeypatch, actor=None, GPU=0.25)  # one that has joined a cluster
    assert held_share() == 0.0
    in_ray(monkeypatch, up=False, GPU=0.25)
    assert held_share() == 0.0
    monkeypatch.delitem(sys.modules, "ray")
    assert held_share() == 0.0


def test_the_gpu_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2")
    in_ray(monkeypatch, GPU=0.5)
    assert held_gpu("T4") == "T4 #2 x0.5"
    in_ray(monkeypatch, actor=None)
    assert held_gpu("T4") == "T4 #2 x1"
