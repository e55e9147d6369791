"""Catches: a worker whose death ends a seed's training, or starts it anew; a place that is not given back; a supernet
that cannot be built and is tried for ever.
"""

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import ray
from torch import nn

from evo.differentiable.gpu_admission import GpuAdmission
from evo.differentiable.gradient_run import Told
from evo.differentiable.supernet_pool import SupernetPool
from evo.engine.plugins import resolve_choice
from evo.records.config import Choice, SearchConfig
from evo.records.failures import WorkerStartError
from evo.records.resources import Resources
from fitness.objectives.rotation import Rotation
from spaces import FeatureInfo

PATIENCE_S = 240.0
SPACE = {"stem_channels": "4", "cells_per_stage": "1"}
TRAINING = {"epochs": "3", "pictures": "16", "batch": "4", "held_out": "4", "threads": "1"}


def config() -> SearchConfig:
    return SearchConfig(
        resolve_choice("space", "nasbench201", SPACE),
        resolve_choice("fitness", "rotation", {}, strategy="darts"),
        resolve_choice("strategy", "darts", TRAINING),
        data="tests.tiny_images:tiny_noise",
    )


def next_told(pool: SupernetPool) -> Told:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if told := pool.wait(1.0):
            return told[0]
    raise AssertionError("no epoch ended")


class LoudRotation(Rotation):
    """An objective that prints."""

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        print("heard")
        return super().head(feature_info)


@pytest.mark.slow
def test_a_worker_that_dies_is_replaced_and_goes_on_from_the_checkpoint(ray_cluster: None, tmp_path: Path) -> None:
    kept: dict[int, bytes] = {}
    loud, output = {"fitness": LoudRotation()}, tmp_path / "worker.log"
    pool = SupernetPool(config(), tmp_path, Resources(1, 0.0), kept.get, admission=GpuAdmission(1), objects=loud)
    try:
        pool.start(1)
        assert pool.free == 0
        first = next_told(pool)
        assert first.done is not None
        kept[1] = first.done.content
        process = ray.get(pool._actors._places[1].actor.ready.remote()).pid
        os.kill(process, signal.SIGKILL)
        pool.go_on(1)
        second = next_told(pool)
        assert second.done is not None
        assert (second.attempts, second.done.progress.epochs) == (2, 2)
        assert second.done.progress.rows[0] == first.done.row
    finally:
        pool.close()
    assert pool.free == 1
    assert pool.wait(0.0) == []
    assert output.read_text() == "heard\nheard\n"


def test_a_supernet_that_cannot_be_built_is_said_at_once(ray_cluster: None, tmp_path: Path) -> None:
    broken = replace(
        config(), strategy=Choice("darts", {**config().strategy.options, "batch": 10**6, "held_out": 10**6})
    )
    pool = SupernetPool(broken, tmp_path, Resources(1, 0.0), lambda seed: None, admission=GpuAdmission(1))
    try:
        pool.start(0)
        with pytest.raises(WorkerStartError, match="supernet-0 cannot start"):
            next_told(pool)
    finally:
        pool.close()
