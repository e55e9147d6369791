"""Catches: trainings of different seeds compared, a difference the wrong way round, shares in place of percent, cells
of another seed than the training's, lengths that are no numbers.
"""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import evo
from evo.retraining.retraining import TrainingResult
from tests.benchmarks import inherited_training
from tests.benchmarks.inherited_training import main, row_of


def result(init: str, seed: int, accuracy: float) -> TrainingResult:
    return TrainingResult(init, seed, accuracy, None, 1, 1000, 0.9 if init == "inherited" else 0.0)


def pair(seed: int, inherited: float, random: float) -> dict[str, TrainingResult]:
    return {"inherited": result("inherited", seed, inherited), "random": result("random", seed, random)}


def test_the_difference_is_of_equal_seeds_and_in_points() -> None:
    row = row_of(Path("a/mae"), 3, [pair(0, 0.5, 0.4), pair(1, 0.6, 0.3)])
    # differences 10 and 30: 20, and 12.706 * 10 on either side
    assert row[:2] == ("mae", "3")
    assert row[2].startswith("55.00 [")
    assert row[3].startswith("35.00 [")
    assert row[4:] == ("20.00 [-107.06, 147.06]", "90%")


def test_every_cell_is_trained_with_the_seed_that_derived_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[int, int, int, str, int]] = []

    class Trained:
        results = (*pair(0, 0.5, 0.4).values(), *pair(4, 0.7, 0.5).values())

    def train(run: Path, **given: Any) -> Trained:
        asked.append((given["seed_of"], given["seed"], given["epochs"], given["init"], given["image_size"]))
        return Trained()

    monkeypatch.setattr(evo, "train", train)
    monkeypatch.setattr(inherited_training, "read_epochs", lambda run: pa.table({"seed": [4, 0, 4]}))
    assert main(["some", "--data", "digits", "--epochs", "1,3", "--image-size", "16"]) == 0
    assert asked == [(seed, seed, epochs, "both", 16) for epochs in (1, 3) for seed in (0, 4)]
    # .5 - .4 and .7 - .5
    assert capsys.readouterr().out.count("15.00 [-48.53, 78.53]") == 6


def test_lengths_that_are_no_numbers_are_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(inherited_training, "read_epochs", lambda run: pa.table({"seed": [0]}))
    assert main(["some", "--data", "digits", "--epochs", "1,x"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
