"""Catches: more workers than the cluster holds, a GPU share that rounds a worker away, resources that do not exist
accepted in silence, room of two machines added up for one worker, a worker announced in what somebody else holds."""

import logging
import re
from dataclasses import replace

import pytest

from evo.cluster.capacity import plan_resources
from evo.records.resources import Cluster, Resources
from tasks.foundation.errors import UsageError
from tests.evo.cluster.machines import machine

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
        (
            Cluster(None, cpus=0, gpus=0.0),
            *("auto", "auto"),
            "--workers auto: must be 0, for this process alone: the cluster holds no worker at one CPU and 0 GPU each",
        ),
    ],
)
def test_what_the_cluster_does_not_hold_is_refused(where: Cluster, workers: str, share: str, words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        plan_resources(where, workers=workers, gpus_per_worker=share)


APART = Cluster(None, cpus=12, gpus=3.0, nodes=(machine("a", 8), machine("b", 2, 2), machine("c", 2, 1)), grows=True)


@pytest.mark.parametrize(
    ("workers", "share", "expected"),
    [
        ("auto", "auto", Resources(3, 1.0, grows=True)),
        ("auto", "0.5", Resources(4, 0.5, grows=True)),  # 6 shares and 12 CPUs, but no CPU beside two of the shares
        ("auto", "2", Resources(1, 2.0, grows=True)),
        ("auto", "0", Resources(12, 0.0, grows=True)),
        ("3", "auto", Resources(3, 1.0)),
    ],
)
def test_room_is_counted_by_machine(workers: str, share: str, expected: Resources) -> None:
    assert plan_resources(APART, workers=workers, gpus_per_worker=share) == expected


def test_a_share_has_to_fit_one_machine() -> None:
    refused = "--gpus-per-worker 3: the largest machine of the cluster has 2 GPUs"
    with pytest.raises(UsageError, match=re.escape(refused)):
        plan_resources(APART, workers="auto", gpus_per_worker="3")


def held(free_a: float, free_b: float, *, searches: int = 0) -> Cluster:
    nodes = machine("a", 4, free_cpus=free_a), machine("b", 4, free_cpus=free_b)
    return Cluster(None, cpus=8, gpus=0.0, nodes=nodes, grows=True, searches=searches)


@pytest.mark.parametrize(
    ("cluster", "expected"),
    [
        (held(4, 4), 8),
        (held(4, 1), 5),
        (held(0, 0), 1),  # it waits for room
        (held(0, 0, searches=1), 4),  # its part, which the other one gives back
        (held(0, 0, searches=3), 2),
        (held(4, 3, searches=1), 7),
    ],
)
def test_auto_is_what_is_free_and_at_least_a_fair_part(cluster: Cluster, expected: int) -> None:
    assert plan_resources(cluster, workers="auto", gpus_per_worker="auto").workers == expected
    assert plan_resources(cluster, workers="8", gpus_per_worker="auto") == Resources(8, 0.0)


def test_more_than_there_is_waits_where_machines_may_join(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert plan_resources(held(4, 4), workers="20", gpus_per_worker="1") == Resources(20, 1.0)
    assert plan_resources(held(4, 4), workers="20", gpus_per_worker="auto") == Resources(20, 0.0)
    assert "room for 0 of 20 workers at one CPU and 1 GPU each now" in caplog.messages[0]
    assert "room for 8 of 20 workers at one CPU and 0 GPU each now" in caplog.messages[1]
    fixed = replace(held(4, 4), grows=False)
    for workers, share in (("20", "auto"), ("8", "1"), ("auto", "1")):
        with pytest.raises(UsageError):
            plan_resources(fixed, workers=workers, gpus_per_worker=share)
    with pytest.raises(UsageError, match="--gpus-per-worker 1: the largest machine of the cluster has 0 GPUs"):
        plan_resources(held(4, 4), workers="auto", gpus_per_worker="1")


HEAD_ALONE = Cluster(None, cpus=0, gpus=0.0, nodes=(machine("head", 0),), grows=True)
NO_GPU_BESIDE_A_CPU = replace(HEAD_ALONE, nodes=(machine("head", 8), machine("cards", 0, 2)))


@pytest.mark.parametrize(
    ("cluster", "share", "gpus_each"),
    [(HEAD_ALONE, "auto", 0.0), (HEAD_ALONE, "0.5", 0.5), (NO_GPU_BESIDE_A_CPU, "auto", 1.0)],
)
def test_auto_waits_for_machines_that_are_still_to_join(
    caplog: pytest.LogCaptureFixture, cluster: Cluster, share: str, gpus_each: float
) -> None:
    caplog.set_level(logging.INFO)
    planned = plan_resources(cluster, workers="auto", gpus_per_worker=share)
    assert planned == Resources(1, gpus_each, grows=True)
    assert caplog.messages == [
        f"note: the cluster has no room for a worker at one CPU and {gpus_each:g} GPU yet; one waits for machines that "
        "join, and more are started as there is room"
    ]
