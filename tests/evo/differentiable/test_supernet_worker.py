"""Catches: a row that does not say what was trained; a worker that begins anew beside a checkpoint; an eigenvalue
measured too often or not at all; a stage or a frozen cell that a resumed training forgets; a search that goes back to
other weights, another epoch or an old optimiser, or goes on under the old decay.
"""

from dataclasses import replace
from typing import Any

import pytest
import torch

from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.supernet_worker import EpochDone, SupernetWorker
from evo.engine.evaluator import prepare_process
from evo.engine.plugins import resolve_choice
from evo.records.config import SearchConfig
from evo.storage.checkpoint import pack, unpack
from evo.storage.epoch_log import NOT_REPRODUCED, SCHEMA
from fitness.objectives.masked_autoencoding import MaskedAutoencoding

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


def masked_config() -> SearchConfig:
    return replace(
        config(space="nasbench201"), fitness=resolve_choice("fitness", "masked_autoencoding", {}, strategy="darts")
    )


def rows(done: EpochDone) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in NOT_REPRODUCED} for row in done.progress.rows]


def trained(worker: SupernetWorker, epochs: int) -> EpochDone:
    return [worker.epoch() for _ in range(epochs)][-1]


def test_what_the_trainer_chooses_of_the_finalists_is_derived_and_one_finalist_is_the_strongest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offered: list[list[Any]] = []

    def last(trainer: SupernetTrainer, candidates: list[Any], epoch: int) -> Any:
        offered.append(candidates)
        return candidates[-1]

    monkeypatch.setattr(SupernetTrainer, "best_of", last)
    worker = SupernetWorker(config("setn", "nasbench201", finalists="30").to_json(), 5)
    done = worker.epoch()
    assert [len(candidates) for candidates in offered] == [30]
    assert done.row["derived"] == done.progress.derived == worker._space.encode(offered[0][-1])
    alone = SupernetWorker(config("setn", "nasbench201", finalists="1").to_json(), 5)
    assert alone.epoch().row["derived"] == worker._space.encode(offered[0][0])
    assert len(offered) == 1


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
    assert len(second.row["alphas"]) == len(second.progress.alpha_names) == 6 * 5
    assert second.row["alphas"] != first.row["alphas"]
    assert (first.images, second.images) == (b"", b"")  # there is nothing to see of a rotation


def guessing(worker: SupernetWorker) -> SupernetWorker:
    """Return a worker whose weights are not trained any more."""
    for parameter in worker._trainer.head.parameters():
        torch.nn.init.zeros_(parameter)
    worker._trainer.weights_optimizer.param_groups.clear()
    return worker


def test_a_collapse_of_the_objective_is_told_once_also_of_a_search_that_is_resumed() -> None:
    settings = config(space="nasbench201").to_json()
    first, second = (worker := guessing(SupernetWorker(settings, 0))).epoch(), worker.epoch()
    assert [done.row["objective_state"] for done in (first, second)] == ["guessing"] * 2
    assert first.warning.startswith("seed 0, epoch 1: the loss on held-out images, 1.386, is that (1.386) of guessing")
    assert second.warning == ""
    resumed = guessing(SupernetWorker(settings, 0, content=first.content)).epoch()
    assert (resumed.warning, rows(resumed)) == ("", rows(second))


def test_a_search_that_was_begun_before_it_had_these_columns_goes_on_with_equal_rows() -> None:
    later = ("signal", "objective_state")
    settings = config(space="nasbench201").to_json()
    worker = SupernetWorker(settings, 0)
    half, unbroken = worker.epoch(), worker.epoch()
    tensors, progress = unpack(half.content)
    older = tuple({name: value for name, value in row.items() if name not in later} for row in progress.rows)
    resumed = SupernetWorker(settings, 0, content=pack(tensors, replace(progress, rows=older))).epoch()
    assert rows(resumed)[1] == rows(unbroken)[1]
    assert resumed.row["signal"] > 0
    assert set(rows(unbroken)[0]) - set(rows(resumed)[0]) == set(later)


def test_masked_images_and_what_is_made_of_them_are_shown_after_the_last_epoch() -> None:
    first, last = (worker := SupernetWorker(masked_config().to_json(), 0)).epoch(), worker.epoch()
    assert first.images == b""
    assert last.images.startswith(b"\x89PNG")


def test_images_that_cannot_be_shown_do_not_end_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: object) -> None:
        raise RuntimeError("no image")

    monkeypatch.setattr(MaskedAutoencoding, "shown", fails)
    assert trained(SupernetWorker(masked_config().to_json(), 0), 2).images == b""


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
        dropped = [row["alphas"].count(None) for row in unbroken.progress.rows]
        assert 0 == dropped[0] < dropped[1] < dropped[2]
    if strategy == "path_binarised":
        assert len(unbroken.progress.memory["frozen"]) == 3


def test_a_search_whose_eigenvalue_grows_ends_with_an_earlier_architecture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SupernetTrainer, "eigenvalue", lambda trainer, epoch: 2.0**epoch)
    settings = config(space="nasbench201", eigenvalue_every="1", stop_ratio="1.3", architecture_rate="1")
    monkeypatch.setattr("evo.differentiable.bilevel.early_stop.EARLIEST", 2)
    before = trained(SupernetWorker(settings.to_json(), 0), 8)
    assert before.progress.answer is None
    over = SupernetWorker(settings.to_json(), 0, content=before.content).epoch()
    assert (over.progress.answer, over.progress.derived) == (2, over.progress.rows[2]["derived"])
    assert over.progress.derived != over.row["derived"]
    assert over.progress.choices != before.progress.choices
    assert over.progress.is_over(50)


ADAPTIVE = {"eigenvalue_every": "1", "stop_ratio": "1.3", "decay_factor": "10", "most_decay": "0.01"}


def test_a_search_goes_back_once_to_before_the_rise_and_on_with_more_decay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SupernetTrainer, "eigenvalue", lambda trainer, epoch: 2.0**epoch)
    monkeypatch.setattr("evo.differentiable.bilevel.early_stop.EARLIEST", 2)
    settings = config(space="nasbench201", **ADAPTIVE, epochs="12", momentum="0.5").to_json()
    worker = SupernetWorker(settings, 0)
    after_two, (*_, back) = trained(worker, 3), [worker.epoch() for _ in range(6)]
    assert (back.row["epoch"], back.progress.epochs, back.progress.rewinds) == (8, 3, (2,))
    assert back.progress.derived == after_two.progress.derived
    now, then = unpack(back.content)[0], unpack(after_two.content)[0]
    present = {name for name in now if name.startswith(("supernet.", "head."))}
    assert all(torch.equal(now[name], then[name]) for name in present)
    assert not any(name.endswith("momentum_buffer") for name in now)
    assert any(name.endswith("momentum_buffer") for name in then)
    again = worker.epoch()
    assert [again.row[name] for name in ("rewinds", "epoch", "weight_decay")] == [1, 3, pytest.approx(3e-3)]
    last = trained(worker, 8)
    assert [row["epoch"] for row in last.progress.rows] == [*range(9), *range(3, 12)]
    assert (last.progress.answer, last.progress.rewinds) == (None, (2,))
    assert last.progress.is_over(12)


def test_a_search_that_went_back_is_resumed_before_and_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SupernetTrainer, "eigenvalue", lambda trainer, epoch: 2.0**epoch)
    monkeypatch.setattr("evo.differentiable.bilevel.early_stop.EARLIEST", 2)
    settings = config(space="nasbench201", **ADAPTIVE).to_json()
    unbroken = trained(SupernetWorker(settings, 0), 11)
    assert unbroken.progress.rewinds == (2,)
    content = trained(SupernetWorker(settings, 0), 7).content
    content = trained(SupernetWorker(settings, 0, content=content), 2).content
    resumed = trained(SupernetWorker(settings, 0, content=content), 2)
    assert rows(resumed) == rows(unbroken)
    tensors, others = unpack(resumed.content)[0], unpack(unbroken.content)[0]
    assert set(tensors) == set(others)
    assert all(torch.equal(tensors[name], others[name]) for name in others)


def test_threads_are_those_of_the_settings() -> None:
    try:
        SupernetWorker(replace(config(space="nasbench201", threads="2")).to_json(), 0)
        assert torch.get_num_threads() == 2
    finally:
        prepare_process()
