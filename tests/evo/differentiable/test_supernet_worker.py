"""Catches: a row that does not say what was trained; a worker that begins anew beside a checkpoint; an eigenvalue
measured too often or not at all; a stage or a frozen cell that a resumed training forgets.
"""

from dataclasses import replace
from typing import Any

import pytest
import torch

from evo.config import SearchConfig, resolve_choice
from evo.differentiable.epoch_log import NOT_REPRODUCED, SCHEMA
from evo.differentiable.supernet_trainer import SupernetTrainer
from evo.differentiable.supernet_worker import EpochDone, SupernetWorker
from evo.evaluator import prepare_process

TRAINING = {"epochs": "2", "pictures": "16", "batch": "4", "held_out": "4", "threads": "1", "augment": "false"}
TINY = {"channels": "4", "cells": "3"}


def config(strategy: str = "darts", space: str = "darts", **options: str) -> SearchConfig:
    size = TINY if space != "nasbench201" else {"stem_channels": "4", "cells_per_stage": "1"}
    return SearchConfig(
        resolve_choice("space", space, size),
        resolve_choice("fitness", "rotation", {}, strategy=strategy),
        resolve_choice("strategy", strategy, {**TRAINING, **options}),
        data="tests.tiny_images:tiny_noise",
    )


def rows(done: EpochDone) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in NOT_REPRODUCED} for row in done.progress.rows]


def trained(worker: SupernetWorker, epochs: int) -> EpochDone:
    return [worker.epoch() for _ in range(epochs)][-1]


def test_a_row_says_what_an_epoch_did() -> None:
    worker = SupernetWorker(config(space="nasbench201", eigenvalue_every="2").to_json(), 5)
    first, second = worker.epoch(), worker.epoch()
    assert set(first.row) == set(SCHEMA.names)
    assert (first.row["seed"], first.row["epoch"], first.row["stage"]) == (5, 0, 0)
    assert first.row["eigenvalue"] is None
    assert isinstance(second.row["eigenvalue"], float)
    assert 0 <= second.row["held_out_accuracy"] <= 1
    assert (second.progress.epochs, second.progress.derived) == (2, second.row["derived"])
    assert second.progress.rows == (first.row, second.row)
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize(
    ("strategy", "space", "epochs", "options"),
    [
        ("p_darts", "darts", 3, {"cells": "3", "deeper": "0", "epochs": "1"}),
        ("path_binarised", "darts_layered", 2, {"warm_up": "0", "bilevel": "0.4"}),
        ("gdas", "nasbench201", 2, {}),
        ("pc_darts", "darts", 2, {"portion": "2"}),
        ("darts", "s4", 2, {"order": "2", "drop_path": "0.2"}),
    ],
)
def test_a_resumed_training_gives_the_rows_of_an_unbroken_one(
    strategy: str, space: str, epochs: int, options: dict[str, str]
) -> None:
    settings = config(strategy, space, **options).to_json()
    unbroken = trained(SupernetWorker(settings, 0), epochs)
    half = trained(SupernetWorker(settings, 0), epochs // 2)
    resumed = trained(SupernetWorker(settings, 0, content=half.content), epochs - epochs // 2)
    assert rows(resumed) == rows(unbroken)
    assert (resumed.progress.memory, resumed.progress.choices) == (unbroken.progress.memory, unbroken.progress.choices)
    if strategy == "p_darts":
        assert [row["stage"] for row in unbroken.progress.rows] == [0, 1, 2]
    if strategy == "path_binarised":
        assert len(unbroken.progress.memory["frozen"]) == 3


def test_a_search_whose_eigenvalue_grows_ends_with_an_earlier_architecture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SupernetTrainer, "eigenvalue", lambda trainer, epoch: 2.0**epoch)
    settings = config(space="nasbench201", eigenvalue_every="1", stop_ratio="1.3", architecture_rate="1")
    monkeypatch.setattr("evo.differentiable.early_stop.EARLIEST", 2)
    before = trained(SupernetWorker(settings.to_json(), 0), 8)
    assert before.progress.answer is None
    over = SupernetWorker(settings.to_json(), 0, content=before.content).epoch()
    assert (over.progress.answer, over.progress.derived) == (2, over.progress.rows[2]["derived"])
    assert over.progress.derived != over.row["derived"]
    assert over.progress.choices != before.progress.choices
    assert over.progress.is_over(50)


def test_threads_are_those_of_the_settings() -> None:
    try:
        SupernetWorker(replace(config(space="nasbench201", threads="2")).to_json(), 0)
        assert torch.get_num_threads() == 2
    finally:
        prepare_process()
