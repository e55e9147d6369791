"""Catches: a line with another epoch, unit or time left."""

from pathlib import Path
from typing import Any

import pytest

from evo.differentiable.epoch_observers import EpochLines
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
