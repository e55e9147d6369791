"""Catches: more workers than the machine holds, a GPU share that rounds a worker away, resources that do not exist
accepted in silence, a Ray of the caller's that is started anew or shut down, one of the engine's that stays up, a Ray
that does not start and whose refusal has no remedy."""

import re
from dataclasses import replace

import pytest

from evo.cluster import cluster
from evo.cluster.cluster import joined, plan_resources
from evo.records.resources import Cluster, Resources
from tasks.foundation.errors import UsageError
from tests.fake_ray import FakeRay, installed

LAPTOP = Cluster(None, cpus=4, gpus=0.0)
GIB = 2**30
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


@pytest.mark.parametrize(("memory", "expected"), [(None, 4), (8 * GIB, 4), (3 * GIB, 3), (GIB // 2, 1)])
def test_auto_is_no_more_than_a_containers_memory_holds(memory: int | None, expected: int) -> None:
    where = replace(LAPTOP, memory_bytes=memory)
    assert plan_resources(where, workers="auto", gpus_per_worker="auto").workers == expected
    assert plan_resources(where, workers="4", gpus_per_worker="auto").workers == 4  # who says so has it


@pytest.mark.parametrize(("address", "expected"), [("local", 3 * GIB), ("10.0.0.1:none", None)])
def test_the_limit_of_this_machine_is_no_other_clusters(
    ray: FakeRay, monkeypatch: pytest.MonkeyPatch, address: str, expected: int | None
) -> None:
    monkeypatch.setattr(cluster, "memory_limit", lambda: 3 * GIB)
    with joined(address) as found:
        assert found.memory_bytes == expected


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


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> FakeRay:
    """A Ray that is not up."""
    return installed(monkeypatch, FakeRay())


@pytest.mark.parametrize(
    "error", [ConnectionError("refused\nat length"), ConnectionError(), OSError(5, "broken"), Exception("odd")]
)
def test_a_cluster_that_cannot_be_reached_is_one_line(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    installed(monkeypatch, FakeRay([error]))
    with pytest.raises(UsageError, match="--address auto: no Ray cluster could be reached") as caught, joined("auto"):
        pass
    assert "\n" not in str(caught.value)


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
