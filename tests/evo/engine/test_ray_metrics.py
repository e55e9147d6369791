"""Catches: a metric that is missing from the begin on, counts of one process alone or doubled after a kill, values
handed over for every trial, two runs of one name that are one on the dashboard, a tag that does not last."""

import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from evo.engine import ray_metrics
from evo.engine.metrics_holder import SILENCE, Series
from evo.engine.observer import LiveRun
from evo.engine.ray_metrics import DESCRIPTIONS, RayMetrics, run_tag
from evo.records.config import Limits
from evo.records.pool_state import PoolState
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.epoch_log import SCHEMA, EpochLog
from evo.storage.run_folder import CONFIG, RunFolder
from evo.storage.run_log import RunLog
from tests.runs import toy_config

SHOWN: list[Series] = []
CLOSED: list[Series] = []
EPOCH: dict[str, Any] = {
    **{field.name: 0.0 if pa.types.is_floating(field.type) else None for field in SCHEMA},
    **{"seed": 3, "rewinds": 0, "epoch": 4, "stage": 0, "derived": "a", "alphas": [0.0], "peak_memory_bytes": 1},
    **{"worker": "w", "node": "n", "device": "cpu", "gpu": None, "held_out_loss": 1.25, "epoch_s": 30.0},
}


class Held:
    """Keeps what is shown."""

    def __init__(self, run_name: str, descriptions: dict[str, str], silence: object) -> None:
        assert descriptions is DESCRIPTIONS

    def show(self, series: Series) -> None:
        SHOWN.append(series)

    def close(self, series: Series) -> None:
        CLOSED.append(series)


class Clock:
    """Stands in for the ``time`` module."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def run_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    SHOWN.clear()
    CLOSED.clear()
    monkeypatch.setattr(ray_metrics, "HeldMetrics", Held)
    monkeypatch.setattr(ray_metrics, "time", Clock())
    with RunFolder(tmp_path / "r\u00e9") as folder:
        folder.claim(toy_config(), Limits(9))
    return tmp_path / "r\u00e9"


def finished(number: int, fitness: float | None = 1.0, **more: Any) -> Finished:
    status = Status.FAILED if fitness is None else Status.COMPLETED
    return Finished(
        Trial(number, None, "a", f"{number}", f"{number}", 0), Outcome(status, fitness, evaluate_s=2.0), **more
    )


def value(series: Series, name: str, *tags: str) -> float:
    (found,) = [
        value for (each, pairs), value in series.items() if each == name and [tag for _, tag in pairs[1:]] == [*tags]
    ]
    return found


def test_every_metric_is_there_from_the_begin_on(run_dir: Path) -> None:
    metrics, run = RayMetrics(run_dir), LiveRun(run_dir, 9, best=0.5, epochs=15)
    metrics.started(run)
    named = {name for name, _ in SHOWN[-1]}
    assert {*named, SILENCE} == {name for name in DESCRIPTIONS if not name.startswith("supernet_")}
    metrics.epoch(run, EPOCH)
    metrics.ended(run, "finished")
    assert {*(name for name, _ in CLOSED[-1]), SILENCE} == set(DESCRIPTIONS)
    assert {dict(tags)["run"] for _, tags in CLOSED[-1]} == {run_tag(run_dir)}


def test_values_by_hand(run_dir: Path) -> None:
    metrics, run = RayMetrics(run_dir), LiveRun(run_dir, 9, best=0.5, log_s=0.25)
    run.pool = PoolState(3, 1, 2, "GPU", 6, 7, 2, 1, 17, 42.5, 4, 1)
    metrics.started(run)
    Clock.now = 104.0
    metrics.finished(run, finished(0, attempts=3))
    metrics.finished(run, finished(1, None, reused=True))
    metrics.ended(run, "finished")
    Clock.now = 100.0
    series = CLOSED[-1]
    assert (value(series, "evaluations", "completed"), value(series, "evaluations", "failed")) == (1, 1)
    assert (value(series, "evaluations", "lost"), value(series, "evaluations_wanted")) == (0, 9)
    assert (value(series, "best_fitness"), value(series, "evaluations_per_second")) == (0.5, 0.5)
    assert (value(series, "retries"), value(series, "reused"), value(series, "nodes_lost")) == (2, 1, 1)
    assert value(series, "begun_again") == 4
    assert (value(series, "queued"), value(series, "in_flight"), value(series, "oldest_trial_seconds")) == (7, 2, 42.5)
    states = {state: value(series, "workers", state) for state in ("up", "idle", "starting", "waiting", "wanted")}
    assert states == {"up": 3, "idle": 1, "starting": 1, "waiting": 2, "wanted": 6}
    assert [value(series, "seconds", part) for part in ("build", "evaluate", "log")] == [0.0, 4.0, 0.25]
    assert value(series, "memory_bytes", "driver") > 10_000_000
    assert value(series, "memory_bytes", "trial") == 0


def test_a_run_that_is_taken_up_again_goes_on_with_the_counts_of_its_log(run_dir: Path) -> None:
    log, epochs = RunLog(run_dir), EpochLog(run_dir)
    log.append(finished(0, attempts=2))
    log.flush()
    for number in (3, 4):
        epochs.append({**EPOCH, "epoch": number}, ("a",))
    metrics, run = RayMetrics(run_dir), LiveRun(run_dir, 9, epochs=15)
    metrics.started(run)
    assert (value(SHOWN[0], "evaluations", "completed"), value(SHOWN[0], "retries")) == (1, 1)
    assert (value(SHOWN[0], "supernet_epoch", "3"), value(SHOWN[0], "supernet_epochs_wanted", "3")) == (5, 15)
    assert value(SHOWN[0], "supernet_held_out_loss", "3") == 1.25
    metrics.finished(run, finished(1))
    metrics.ended(run, "finished")
    assert value(CLOSED[0], "evaluations", "completed") == 2


def test_values_are_handed_over_once_a_second_and_not_for_every_trial(run_dir: Path) -> None:
    metrics, run = RayMetrics(run_dir), LiveRun(run_dir, 9)
    metrics.started(run)
    for number in range(50):
        metrics.finished(run, finished(number))
    assert len(SHOWN) == 1
    Clock.now += 1.0
    metrics.tick(run)
    metrics.tick(run)
    Clock.now = 100.0
    assert [value(series, "evaluations", "completed") for series in SHOWN] == [0, 50]


def test_workers_are_shown_while_a_reference_is_scored(run_dir: Path) -> None:
    metrics, search = RayMetrics(run_dir), LiveRun(run_dir, 9)
    shown = metrics.during_reference(search, "m")
    reference = LiveRun(run_dir / "reference", 64, pool=PoolState(up=2, in_flight=1))
    Clock.now += 1.0
    shown.finished(reference, finished(0))
    assert value(SHOWN[-1], "workers", "up") == 2
    reference.pool = PoolState(up=3)
    Clock.now += 1.0
    inner = shown.during_reference(reference, "n")
    assert inner is not None
    inner.tick(reference)
    Clock.now = 100.0
    assert (value(SHOWN[-1], "workers", "up"), value(SHOWN[-1], "evaluations", "completed")) == (3, 0)
    assert value(SHOWN[-1], "evaluations_wanted") == 9


def test_a_tag_stays_with_the_folder_and_tells_two_of_one_name_apart(run_dir: Path, tmp_path: Path) -> None:
    tag = run_tag(run_dir)
    assert tag.startswith("r\\xe9-")
    with RunFolder(run_dir) as folder:
        folder.claim(toy_config(), Limits(9))
    assert run_tag(run_dir) == tag
    moved = run_dir.rename(tmp_path / "other")
    assert run_tag(moved) == tag.replace("r\\xe9", "other")
    with RunFolder(run_dir) as folder:
        folder.claim(toy_config(), Limits(9))
    os.utime(run_dir / CONFIG, ns=(1, 1))
    assert run_tag(run_dir) != tag


def test_where_the_system_does_not_say_what_memory_is_held_it_is_none(
    run_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_metrics, "resident_bytes", lambda: None)
    RayMetrics(run_dir).started(LiveRun(run_dir, 9))
    assert value(SHOWN[-1], "memory_bytes", "driver") == 0


def test_the_actor_is_rays_and_does_not_stay(ray_cluster: None) -> None:
    import ray

    from evo.engine.held_metrics import HeldMetrics

    held = HeldMetrics("x", DESCRIPTIONS, (("run", "x-1"),))
    held.show({("best_fitness", (("run", "x-1"),)): 1.0})
    assert ray.wait([held._sent], timeout=60)[0]
    held.close({("best_fitness", (("run", "x-1"),)): 2.0})
    with pytest.raises(ray.exceptions.RayActorError):
        ray.get(held._sent)
    with pytest.raises(ray.exceptions.RayActorError):
        ray.get(held._actor.hold.remote({}), timeout=60)
