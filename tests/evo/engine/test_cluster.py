"""Catches: more workers than the machine holds, a GPU share that rounds a worker away, resources that do not exist
accepted in silence, a search that fails with its dashboard, a Ray of the caller's that is started anew or shut down,
one of the engine's that stays up."""

import re
import socket

import pytest

from evo.engine import cluster
from evo.engine.cluster import joined, plan_resources
from evo.records.resources import Cluster, Resources
from tasks.foundation.errors import UsageError

LAPTOP = Cluster(None, cpus=4, gpus=0.0)
SERVER = Cluster(None, cpus=16, gpus=2.0)


@pytest.mark.parametrize(
    ("where", "workers", "share", "expected"),
    [
        (LAPTOP, "auto", "auto", Resources(4, 0.0)),
        (LAPTOP, "3", "auto", Resources(3, 0.0)),
        (LAPTOP, "auto", "0", Resources(4, 0.0)),
        (SERVER, "auto", "auto", Resources(2, 1.0)),
        (SERVER, "auto", "0.25", Resources(8, 0.25)),
        (SERVER, "auto", "0.1", Resources(16, 0.1)),  # 20 shares, but 16 CPUs
        (SERVER, "auto", "0", Resources(16, 0.0)),
        (SERVER, "1", "2", Resources(1, 2.0)),
        (SERVER, "auto", "0.6", Resources(2, 0.6)),  # 1.2 GPUs, but a share never spans two
        (SERVER, "auto", "0.4", Resources(4, 0.4)),
        (Cluster(None, cpus=8, gpus=1.0), "auto", str(1 / 3), Resources(3, 1 / 3)),  # 1 / (1 / 3) may be below 3
    ],
)
def test_workers_fill_the_cluster_and_no_more(where: Cluster, workers: str, share: str, expected: Resources) -> None:
    assert plan_resources(where, workers=workers, gpus_per_worker=share) == expected


@pytest.mark.parametrize(
    ("where", "workers", "share", "words"),
    [
        (LAPTOP, "5", "auto", "--workers 5: must be auto, 0 for this process alone, or 1 to 4"),
        (LAPTOP, "0", "auto", "--workers 0: must be auto, 0 for this process alone, or 1 to 4"),
        (LAPTOP, "-1", "auto", "--workers -1: must be"),
        (LAPTOP, "two", "auto", "--workers two: must be"),
        (LAPTOP, "auto", "1", "--gpus-per-worker 1: the cluster has 0 GPUs"),
        (SERVER, "auto", "3", "--gpus-per-worker 3: the cluster has 2 GPUs"),
        (SERVER, "auto", "-1", "--gpus-per-worker -1: must be auto, 0, a share"),
        (SERVER, "auto", "0.00001", "--gpus-per-worker 0.00001: must be"),
        (SERVER, "auto", "1.5", "--gpus-per-worker 1.5: must be"),
        (SERVER, "9" * 5_000, "0", "or 1 to 16"),
        (SERVER, "auto", "nan", "--gpus-per-worker nan: must be"),
        (SERVER, "auto", "inf", "--gpus-per-worker inf: must be"),
        (SERVER, "auto", "half", "--gpus-per-worker half: must be"),
        (Cluster(None, cpus=0, gpus=0.0), "auto", "auto", "--workers auto"),
    ],
)
def test_what_the_cluster_does_not_hold_is_refused(where: Cluster, workers: str, share: str, words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        plan_resources(where, workers=workers, gpus_per_worker=share)


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


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> FakeRay:
    """A Ray that is not up."""
    fake = FakeRay()
    monkeypatch.setattr(cluster, "ray", fake)
    return fake


@pytest.mark.parametrize(
    "error", [ConnectionError("refused\nat length"), ConnectionError(), OSError(5, "broken"), Exception("odd")]
)
def test_a_cluster_that_cannot_be_reached_is_one_line(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(cluster, "ray", FakeRay([error]))
    with pytest.raises(UsageError, match="--address auto: no Ray cluster could be reached") as caught, joined("auto"):
        pass
    assert "\n" not in str(caught.value)


def test_without_its_dashboard_ray_is_started_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fake = FakeRay([Exception("Failed to read dashboard.err")])  # bare, as Ray does it
    monkeypatch.setattr(cluster, "ray", fake)
    with joined("local") as found:
        assert found == Cluster(None, 3, 1.0)
    assert [options["include_dashboard"] for options in fake.asked] == [True, False]
    assert fake.calls == ["init", "shutdown", "init", "shutdown"]
    assert "going on without one" in caplog.text


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_an_address_where_nothing_listens_is_refused_at_once(ray: FakeRay, scheme: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening
        address = f"{scheme}127.0.0.1:{taken.getsockname()[1]}"
        refused = pytest.raises(UsageError, match=f"--address {address}: no Ray cluster could be reached")
        with refused, joined(address):
            pass
    assert ray.asked == []


def test_a_local_cluster_keeps_its_dashboard_to_this_machine(ray: FakeRay) -> None:
    with joined("local") as found:
        assert found == Cluster("127.0.0.1:8265", 3, 1.0)
    (asked,) = ray.asked
    assert (asked["address"], asked["dashboard_host"]) == ("local", "127.0.0.1")


@pytest.mark.parametrize("address", ["local", "auto", "10.0.0.1:6379"])
def test_a_ray_that_is_up_already_is_used_and_stays_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    fake = FakeRay(up=True)
    monkeypatch.setattr(cluster, "ray", fake)
    with joined(address) as found:
        assert found == Cluster(None, 3, 1.0)
    assert fake.calls == []
    assert (f"--address {address} is not used" in caplog.text) is (":" in address)


def test_a_ray_that_was_started_is_shut_down_whatever_happens(ray: FakeRay) -> None:
    with pytest.raises(ZeroDivisionError), joined("local"):
        raise ZeroDivisionError
    assert ray.calls == ["init", "shutdown"]
