"""Catches: an epoch whose cost is not told, or told of the first one; a share of a busy device that is none; a
process that asks a GPU on after an epoch that failed.
"""

import subprocess
from typing import Any

import pytest
import torch

from tests.benchmarks import supernet_epoch
from tests.benchmarks.supernet_epoch import EpochCost, main, mean_busy

SMALL = [
    "--space",
    "nasbench201(stem_channels=4,cells_per_stage=1)",
    "--data",
    "noise(size=8)",
    "--batch",
    "4",
    "--pictures",
    "16",
    "--epochs",
    "2",
]


def test_every_epoch_is_a_row_with_what_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    main(SMALL)
    first, header, *rows = capsys.readouterr().out.splitlines()
    assert "masked_autoencoding, batch 4" in first
    assert header.split() == ["epoch", "seconds", "images/s", "peak", "GiB", "busy"]
    assert [row.split()[0] for row in rows] == ["1", "2"]
    for row in rows:
        _, seconds, images, peak, busy = row.split()
        assert min(float(seconds), float(images), float(peak)) > 0
        assert torch.cuda.is_available() or 0 < int(busy.rstrip("%")) <= 200


def test_a_busy_share_is_the_mean_of_what_is_said() -> None:
    assert mean_busy(["10", " 30 ", "", "[N/A]"]) == 0.2
    assert mean_busy(["[N/A]"]) is None
    assert EpochCost(1.5, 20.0, 2**29, None).line(3).split() == ["3", "1.50", "20.0", "0.50", "-"]
    assert EpochCost(1.5, 20.0, 2**29, 0.125).line(3).endswith(" 12%")


def test_nobody_asks_a_gpu_after_an_epoch_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    started, popen = list[subprocess.Popen[str]](), subprocess.Popen

    def start(*given: Any, **options: Any) -> subprocess.Popen[str]:
        started.append(popen(*given, **options))
        return started[-1]

    monkeypatch.setattr(supernet_epoch, "ASK", ("sleep", "60"))
    monkeypatch.setattr(subprocess, "Popen", start)
    with pytest.raises(RuntimeError, match="diverged"), supernet_epoch._gpu_busy():
        raise RuntimeError("diverged")
    (asked,) = started
    ended = asked.poll()
    asked.kill()
    assert ended is not None
