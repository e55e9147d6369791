"""Catches: a Ray of the caller's that is started anew or shut down, one of the engine's that stays up, a Ray that does
not start and whose refusal has no remedy."""

import os

import pytest

from evo.cluster import cluster
from evo.cluster.cluster import joined
from evo.cluster.head_watch import HeadWatch, check_head
from evo.cluster.reservations import Booking
from evo.cluster.room import Need
from evo.cluster.view import View
from evo.records.failures import LostClusterError
from evo.records.resources import Cluster
from tasks.foundation.errors import UsageError
from tests.evo.cluster.machines import machine
from tests.fake_ray import FakeContext, FakeRay, installed

GIB = 2**30


@pytest.mark.parametrize(("address", "expected"), [("local", 3 * GIB), ("10.0.0.1:none", None)])
def test_the_limit_of_this_machine_is_no_other_clusters(
    ray: FakeRay, monkeypatch: pytest.MonkeyPatch, address: str, expected: int | None
) -> None:
    monkeypatch.setattr(cluster, "memory_limit", lambda: 3 * GIB)
    monkeypatch.setattr(cluster, "join", lambda address: (ray.init(), "10.0.0.1:1"))
    with joined(address) as found:
        assert found.memory_bytes == expected


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> FakeRay:
    """A Ray that is not up."""
    return installed(monkeypatch, FakeRay())


@pytest.mark.parametrize(
    "error", [ConnectionError("refused\nat length"), ConnectionError(), OSError(5, "broken"), Exception("odd")]
)
def test_a_cluster_that_cannot_be_reached_is_one_line(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def refuse(address: str) -> None:
        raise error

    installed(monkeypatch, FakeRay())
    monkeypatch.setattr(cluster, "join", refuse)
    with pytest.raises(UsageError, match="--address auto: no Ray cluster could be reached") as caught, joined("auto"):
        pass
    assert "\n" not in str(caught.value)


def test_a_token_that_was_kept_back_for_a_cluster_is_sent_again_afterwards(
    ray: FakeRay, monkeypatch: pytest.MonkeyPatch
) -> None:
    def join(address: str) -> tuple[FakeContext, str]:
        os.environ["RAY_AUTH_MODE"] = "disabled"
        return ray.init(), address

    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setattr(cluster, "join", join)
    with joined("10.0.0.1:6379"):
        assert os.environ["RAY_AUTH_MODE"] == "disabled"
    assert os.environ["RAY_AUTH_MODE"] == "token"


@pytest.mark.parametrize("up", [True, False])
def test_a_client_that_has_lost_its_server_says_so(monkeypatch: pytest.MonkeyPatch, ray: FakeRay, up: bool) -> None:
    monkeypatch.setattr(cluster, "join", lambda address: (ray.init(), address))
    words = "the connection to the Ray cluster at ray://h:1 is lost \\(Client is shutting down.\\)"
    expected = pytest.raises(ConnectionError, match=r"^Client") if up else pytest.raises(LostClusterError, match=words)
    with expected, joined("ray://h:1"):
        monkeypatch.setattr(ray, "is_initialized", lambda: up)  # where it is, the error is of something else
        raise ConnectionError("Client is shutting down.\nat length")
    assert ray.calls == ["init", "shutdown"]


def test_the_head_is_watched_for_as_long_as_the_cluster_is_joined(
    ray: FakeRay, monkeypatch: pytest.MonkeyPatch
) -> None:
    with joined("local"):
        monkeypatch.setattr(HeadWatch, "silent_s", 30.0)
        monkeypatch.setattr(HeadWatch, "_ask", lambda watch: False)
        with pytest.raises(LostClusterError, match=r"the head of the Ray cluster at 127.0.0.1:1 has not answered"):
            check_head()
    check_head()


def test_a_local_cluster_keeps_its_dashboard_to_this_machine(ray: FakeRay) -> None:
    with joined("local") as found:
        assert found == Cluster("127.0.0.1:8265", 3, 1.0)
    (asked,) = ray.asked
    assert (asked["address"], asked["dashboard_host"]) == ("local", "127.0.0.1")


@pytest.mark.parametrize("address", ["local", "auto", "10.0.0.1:6379"])
def test_a_ray_that_is_up_already_is_used_and_stays_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    fake = installed(monkeypatch, FakeRay(up=True))
    with joined(address) as found:
        assert found == Cluster(None, 3, 1.0)
    assert fake.calls == []
    assert (f"--address {address} is not used" in caplog.text) is (":" in address)


def test_a_ray_that_was_started_is_shut_down_whatever_happens(ray: FakeRay) -> None:
    with pytest.raises(ZeroDivisionError), joined("local"):
        raise ZeroDivisionError
    assert ray.calls == ["init", "shutdown"]


def test_a_ray_that_does_not_start_here_is_one_line_with_its_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "no room\nat length" + "x" * 2_000
    installed(monkeypatch, FakeRay([OSError("x" * 2_000), OSError(said)]))
    with pytest.raises(UsageError) as caught, joined("local"):
        pass
    line = str(caught.value)
    assert line.startswith("--address local: Ray could not be started on this machine (no room)")
    assert "set RAY_TMPDIR to a short folder" in line
    assert "--workers 0" in line


def test_what_ray_says_at_length_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, FakeRay([OSError("x" * 2_000)] * 2))
    with pytest.raises(UsageError) as caught, joined("local"):
        pass
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(("address", "grows"), [("local", False), ("10.0.0.1:none", True)])
def test_only_a_cluster_that_was_joined_grows(
    ray: FakeRay, monkeypatch: pytest.MonkeyPatch, address: str, grows: bool
) -> None:
    monkeypatch.setattr(cluster, "join", lambda address: (ray.init(), "10.0.0.1:1"))
    with joined(address) as found:
        assert found.grows is grows


@pytest.mark.parametrize(("nodes", "grows"), [(1, False), (2, True)])
def test_the_callers_own_ray_grows_where_it_is_more_than_this_machine(
    monkeypatch: pytest.MonkeyPatch, nodes: int, grows: bool
) -> None:
    fake = installed(monkeypatch, FakeRay(up=True))
    monkeypatch.setattr(fake, "nodes", lambda: [{}] * nodes)
    with joined("local") as found:
        assert found.grows is grows


def test_machines_and_other_searches_are_seen(ray: FakeRay, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = View((machine("a", 3),), {"1": Booking("theirs", Need(), "a"), "2": Booking("theirs", Need(), None)})
    monkeypatch.setattr(cluster, "look", lambda: seen)
    with joined("local") as found:
        assert (found.nodes, found.searches) == (seen.nodes, 1)
