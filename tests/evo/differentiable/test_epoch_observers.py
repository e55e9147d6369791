"""Catches: a line with another epoch, unit or time left; a gauge without its run and seed, or of another column."""

from pathlib import Path
from typing import Any

import pytest

from evo.differentiable.epoch_observers import GAUGES, EpochLines, EpochMetrics
from evo.engine.observer import LiveRun
from evo.storage.epoch_log import SCHEMA

ROW: dict[str, Any] = {
    **dict.fromkeys(SCHEMA.names, 0.0),
    **{"seed": 3, "epoch": 4, "held_out_loss": 1.23456, "alpha_entropy": 1.5, "skip_share": 0.25, "epoch_s": 30.0},
}
RUN = LiveRun(Path("runs/x"), 1, epochs=15)


def test_a_line_says_where_a_supernet_stands(capsys: pytest.CaptureFixture[str]) -> None:
    EpochLines().epoch(RUN, ROW)
    assert capsys.readouterr().err == (
        "seed 3: epoch 5/15, held-out loss 1.2346, entropy 1.500 nats, 25% skips, 30.0 s, about 5 min left\n"
    )


def test_gauges_show_the_last_epoch_of_a_run_and_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: dict[str, tuple[float, dict[str, str]]] = {}

    class Gauge:
        def __init__(self, name: str, description: str, tag_keys: tuple[str, ...]) -> None:
            assert tag_keys == ("run", "seed")
            self._name = name

        def set(self, value: float, tags: dict[str, str]) -> None:
            shown[self._name] = value, tags

    monkeypatch.setattr("ray.util.metrics.Gauge", Gauge)
    EpochMetrics("r\u00e9").epoch(RUN, ROW)
    assert set(shown) == {f"selfnas_supernet_{column}" for column in GAUGES}
    assert shown["selfnas_supernet_epoch"] == (5, {"run": "r\\xe9", "seed": "3"})
    assert shown["selfnas_supernet_held_out_loss"][0] == 1.23456


def test_gauges_are_rays(ray_cluster: None) -> None:
    EpochMetrics("run").epoch(RUN, ROW)
