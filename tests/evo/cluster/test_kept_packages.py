"""Catches: a package that is kept only for as long as Ray keeps it, one that is asked for twice as often for being sent
twice, a thread that goes on when the cluster was left, or that ends as the cluster does not answer for once, a client
that asks for ever what Ray's client server does not know."""

import re
import threading
import time
from collections.abc import Callable

import pytest
from ray.exceptions import GetTimeoutError, RaySystemError

from evo.cluster import kept_packages
from evo.cluster.kept_packages import AGAIN_S, KEPT_S, keep
from evo.cluster.nodes import FIRST_S

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
    unanswered: list[str] = []
    jobs = ["01"]

    def pin(uri: str) -> None:
        pinned.append(uri)
        if threading.current_thread() is not threading.main_thread() and not unanswered:
            unanswered.append(uri)
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


class Client:
    """Stands in for Ray in a client of a cluster, and for a task at its head; notes how long it waits."""

    def __init__(self, error: Exception | None) -> None:
        self._error = error
        self.ended: list[object] = []
        self.asked: list[tuple[object, str, int]] = []
        self.waited: list[float] = []

    def at_head(self, function: object) -> "Task":
        return Task(self, function)

    def get(self, task: object, *, timeout: float) -> None:
        self.waited.append(timeout)
        if self._error:
            raise self._error

    def cancel(self, task: object, *, force: bool) -> None:
        assert force
        self.ended.append(task)


class Task:
    def __init__(self, client: Client, function: object) -> None:
        self._client, self._function = client, function

    def remote(self, uri: str, *, expiration_s: int) -> str:
        self._client.asked.append((self._function, uri, expiration_s))
        return "task"


@pytest.mark.parametrize(
    ("error", "ended", "said"),
    [
        (None, 0, ""),
        (GetTimeoutError(), 1, ""),
        (RaySystemError("the head is out of memory"), 0, "Ray was not told to keep .* out of memory"),
    ],
)
def test_a_client_lets_the_head_ask(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception | None, ended: int, said: str
) -> None:
    from ray._private.runtime_env import packaging

    client = Client(error)
    monkeypatch.setattr(kept_packages, "is_client", lambda: True)
    monkeypatch.setattr(kept_packages, "at_head", client.at_head)
    monkeypatch.setattr(kept_packages, "ray", client)
    monkeypatch.delattr(packaging, "_pin_runtime_env_uri")
    kept_packages._pin(URI)
    assert client.asked == [(packaging.pin_runtime_env_uri, URI, KEPT_S)]
    assert client.waited == [FIRST_S]
    assert client.ended == ["task"] * ended
    assert len(caplog.messages) == bool(said)
    assert re.search(said, "".join(caplog.messages))
    assert "\n" not in "".join(caplog.messages)


class OutsideRay:
    """Stands in for a Ray that this process is not in."""

    def is_initialized(self) -> bool:
        return False


def test_outside_a_cluster_there_is_no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_packages, "ray", OutsideRay())
    assert kept_packages._job() == ""
