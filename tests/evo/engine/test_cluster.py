"""Catches: more workers than the machine holds, a GPU share that rounds a worker away, resources that do not exist
accepted in silence, a look-ahead that follows the number of workers of a resumed run, a search that
fails with its dashboard."""

import re
import socket

import pytest

from evo.engine.cluster import Cluster, Resources, connect, plan_resources, settle_ahead
from evo.records.config import AUTO_AHEAD
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
        (LAPTOP, "5", "auto", "--workers 5: must be auto or 1 to 4"),
        (LAPTOP, "0", "auto", "--workers 0: must be auto or 1 to 4"),
        (LAPTOP, "-1", "auto", "--workers -1: must be"),
        (LAPTOP, "two", "auto", "--workers two: must be"),
        (LAPTOP, "auto", "1", "--gpus-per-worker 1: the cluster has 0 GPUs"),
        (SERVER, "auto", "3", "--gpus-per-worker 3: the cluster has 2 GPUs"),
        (SERVER, "auto", "-1", "--gpus-per-worker -1: must be auto, 0, a share"),
        (SERVER, "auto", "0.00001", "--gpus-per-worker 0.00001: must be"),
        (SERVER, "auto", "1.5", "--gpus-per-worker 1.5: must be"),
        (SERVER, "9" * 5_000, "0", "must be auto or 1 to 16"),
        (SERVER, "auto", "nan", "--gpus-per-worker nan: must be"),
        (SERVER, "auto", "inf", "--gpus-per-worker inf: must be"),
        (SERVER, "auto", "half", "--gpus-per-worker half: must be"),
        (Cluster(None, cpus=0, gpus=0.0), "auto", "auto", "--workers auto"),
    ],
)
def test_what_the_cluster_does_not_hold_is_refused(where: Cluster, workers: str, share: str, words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        plan_resources(where, workers=workers, gpus_per_worker=share)


@pytest.mark.parametrize(("workers", "ahead"), [(1, 16), (8, 16), (9, 18), (100, 200)])
def test_the_automatic_look_ahead_is_twice_the_workers_and_at_least_sixteen(workers: int, ahead: int) -> None:
    assert settle_ahead(AUTO_AHEAD, Resources(workers, 0.0)) == ahead


def test_a_settled_look_ahead_ignores_the_workers() -> None:
    assert settle_ahead(16, Resources(100, 0.0)) == 16
    assert settle_ahead(1, Resources(2, 0.0)) == 1


@pytest.mark.parametrize(
    "error", [ConnectionError("refused\nat length"), ConnectionError(), OSError(5, "broken"), Exception("odd")]
)
def test_a_cluster_that_cannot_be_reached_is_one_line(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def refuse(**options: object) -> None:
        raise error

    monkeypatch.setattr("evo.engine.cluster.ray.init", refuse)
    with pytest.raises(UsageError, match="--address auto: no Ray cluster could be reached") as caught:
        connect("auto")
    assert "\n" not in str(caught.value)


def test_without_its_dashboard_ray_is_started_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[object] = []

    def start(*, include_dashboard: bool, **options: object) -> Cluster:
        asked.append(include_dashboard)
        if include_dashboard:
            raise Exception("Failed to read dashboard.err")  # bare, as Ray does it
        return Cluster("", 0, 0.0)

    monkeypatch.setattr("evo.engine.cluster.ray.init", start)
    monkeypatch.setattr("evo.engine.cluster.ray.shutdown", lambda: asked.append("ended"))
    monkeypatch.setattr("evo.engine.cluster.ray.cluster_resources", lambda: {"CPU": 3.0})
    assert connect("local") == Cluster(None, 3, 0.0)
    assert asked == [True, "ended", False]
    assert "going on without one" in capsys.readouterr().err


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_an_address_where_nothing_listens_is_refused_at_once(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setattr("evo.engine.cluster.ray.init", None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening
        address = f"{scheme}127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UsageError, match=f"--address {address}: no Ray cluster could be reached"):
            connect(address)


def test_a_local_cluster_keeps_its_dashboard_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}

    def note(**options: object) -> Cluster:
        asked.update(options)
        return Cluster("127.0.0.1:8265", 0, 0.0)

    monkeypatch.setattr("evo.engine.cluster.ray.init", note)
    monkeypatch.setattr("evo.engine.cluster.ray.cluster_resources", lambda: {"CPU": 3.0, "GPU": 1.0})
    assert connect("local") == Cluster("127.0.0.1:8265", 3, 1.0)
    assert (asked["address"], asked["dashboard_host"]) == ("local", "127.0.0.1")
