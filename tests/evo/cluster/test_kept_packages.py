"""Catches: a package that is kept only for as long as Ray keeps it, one that is asked for twice as often for being sent
twice, a thread that goes on when the cluster was left, or that ends as the cluster does not answer for once."""

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from evo.cluster import kept_packages
from evo.cluster.kept_packages import AGAIN_S, KEPT_S, keep

URI = "gcs://_ray_pkg_kept.zip"


def wait_until(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.005)


def threads() -> int:
    return sum(thread.name == f"keeps {URI}" for thread in threading.enumerate())


def test_a_package_is_kept_for_as_long_as_a_process_is_in_the_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned: list[str] = []
    jobs = ["01"]

    def pin(uri: str) -> None:
        pinned.append(uri)
        if len(pinned) == 3:
            raise RuntimeError("the cluster does not answer")

    monkeypatch.setattr(kept_packages, "_pin", pin)
    monkeypatch.setattr(kept_packages, "_job", lambda: jobs[-1])
    keep(URI, again_s=0.01)
    keep(URI, again_s=0.01)
    assert threads() == 1
    wait_until(lambda: len(pinned) > 5)
    assert set(pinned) == {URI}
    jobs.append("")
    wait_until(lambda: threads() == 0)
    assert not kept_packages._kept


def test_ray_is_asked_again_before_it_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    from ray._private.runtime_env import packaging

    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(
        packaging, "_pin_runtime_env_uri", lambda uri, *, expiration_s: asked.append((uri, expiration_s))
    )
    kept_packages._pin(URI)
    assert asked == [(URI, KEPT_S)]
    assert 2 * AGAIN_S < KEPT_S


def test_through_a_client_server_a_task_of_the_cluster_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    waited: list[object] = []
    client = SimpleNamespace(ray=SimpleNamespace(is_connected=lambda: True))

    def remote(*, num_cpus: int) -> Callable[[Callable[[str], None]], SimpleNamespace]:
        assert num_cpus == 0
        return lambda function: SimpleNamespace(remote=lambda uri: (asked.append(uri), function)[1])

    fake = SimpleNamespace(util=SimpleNamespace(client=client), remote=remote, get=waited.append)
    monkeypatch.setattr(kept_packages, "ray", fake)
    kept_packages._pin(URI)
    assert asked == [URI]
    assert waited == [kept_packages._pin_here]


class OutsideRay:
    """Stands in for a Ray that this process is not in."""

    def is_initialized(self) -> bool:
        return False


def test_outside_a_cluster_there_is_no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_packages, "ray", OutsideRay())
    assert kept_packages._job() == ""
