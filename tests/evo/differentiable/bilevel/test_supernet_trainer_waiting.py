"""Catches: a step of a supernet in which the processor reads a number of what a GPU has still to compute, or makes a
tensor of numbers there, whatever the variant and the objective; parameters that are copied more often than they change.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch

from evo.differentiable.bilevel.supernet_data import SupernetData, SupernetSetup
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.relaxations import known_values
from evo.differentiable.relaxations.base import Moment
from evo.differentiable.relaxations.p_darts import PDarts
from evo.strategies import STRATEGIES
from evo.strategies.strategy_table import RELAXATIONS
from spaces.darts.space import DartsCells
from tests.evo.differentiable.tiny_setup import make_setup
from tests.waiting import Watch, each_within, is_there, no_waiting, put_there, within

OPTIONS = {
    "darts": {"drop_path": 0.3},
    "p_darts": {"cells": 3, "deeper": 0, "skip_dropout": True},
    "path_binarised": {"warm_up": 0.0, "pruning": "none"},
}
DRAWN = ("gdas", "path_binarised")  # by parameters
STEPS = 2
EPOCH = 2
OBJECTIVES = ("byol", "colorization", "contrastive", "jigsaw", "masked_autoencoding", "random_labels", "rotation")


def trainer_of(variant: str, setup: SupernetSetup) -> SupernetTrainer:
    if variant == "p_darts":  # which needs a large space, so that one step has to do
        setup = replace(setup, space=DartsCells(channels=4, cells=3), settings=replace(setup.settings, pictures=8))
    made = STRATEGIES.load_relaxation(variant)(**OPTIONS.get(variant, {}))
    return SupernetTrainer(setup, SupernetData(setup), made, setup.settings.epochs * made.stages)


def warm(trainer: SupernetTrainer) -> SupernetTrainer:
    """Return a trainer that has made what is made once, in an epoch in which outputs may be dropped."""
    trainer._train(0)
    trainer._relaxation.on_epoch(Moment(EPOCH, trainer._epochs), trainer.supernet)
    if isinstance(trainer._relaxation, PDarts):
        trainer._relaxation._chance = 0.5  # of its second stage
    return trainer


@dataclass
class Copies:
    """How often parameters were copied to the processor."""

    made: int = 0


def watch_steps(
    monkeypatch: pytest.MonkeyPatch, trainer: SupernetTrainer, entered: Callable[[], Any], allowed: Callable[[], Any]
) -> Copies:
    """Let all parts of a step run in one context, and the copies that it may make in another; returns their count."""
    copies, copied = Copies(), known_values._copied
    batches, objective = trainer._data.batches, trainer._setup.objective

    def counted(parameters: Any) -> Any:
        copies.made += 1
        with allowed():
            return {name: values.detach().clone() for name, values in copied(parameters).items()}

    monkeypatch.setattr(known_values, "_copied", counted)
    monkeypatch.setattr(trainer, "_move_weights", within(entered, trainer._move_weights))
    monkeypatch.setattr(trainer, "_move_architecture", within(entered, trainer._move_architecture))
    monkeypatch.setattr(objective, "prepare", within(entered, objective.prepare))
    monkeypatch.setattr(trainer._data, "batches", lambda *asked: each_within(entered, iter(batches(*asked))))
    return copies


def trained_in_sight(
    monkeypatch: pytest.MonkeyPatch, variant: str, objective: str = "masked_autoencoding", **options: Any
) -> tuple[list[str], Copies]:
    """Return what would wait in the second epoch, and how often parameters were copied in it."""
    watch, chooser = Watch(), SupernetSetup.chooser

    def on_the_processor(setup: SupernetSetup, *names: str | int) -> torch.Generator:
        watch.hosts.append(chooser(setup, *names))
        return watch.hosts[-1]

    monkeypatch.setattr(SupernetSetup, "chooser", on_the_processor)
    settings = {"augment": True, "clip": 1.0, "architecture_clip": 1.0, "pictures": 8 * STEPS, **options}
    trainer = warm(trainer_of(variant, make_setup(objective, **settings)))
    everything = (*trainer._network.parameters(), *trainer._network.buffers(), *trainer.head.parameters())
    for each in (*everything, *trainer.head.buffers(), trainer._data.weights.images, trainer._data.architecture.images):
        put_there(each)
    put_there(list(trainer.supernet.architecture_parameters()))
    copies = watch_steps(monkeypatch, trainer, lambda: watch, torch._C.DisableTorchFunction)
    trainer._train(EPOCH)
    return watch.found, copies


@pytest.mark.parametrize("variant", RELAXATIONS)
def test_no_step_of_any_variant_reads_what_a_gpu_computes(monkeypatch: pytest.MonkeyPatch, variant: str) -> None:
    found, copies = trained_in_sight(monkeypatch, variant)
    assert found == []
    assert copies.made == (STEPS if variant in DRAWN else 0)  # once after each step of the architecture


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_no_step_by_any_objective_reads_what_a_gpu_computes(monkeypatch: pytest.MonkeyPatch, objective: str) -> None:
    assert trained_in_sight(monkeypatch, "darts", objective)[0] == []


def test_the_second_order_reads_one_length_in_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    assert trained_in_sight(monkeypatch, "darts", order=2)[0] == ["__float__"] * STEPS


def test_the_watch_sees_what_it_is_there_for() -> None:
    watch = Watch()
    known = torch.Generator()
    watch.hosts.append(known)
    images = put_there(torch.rand(4, 3))
    with watch:
        assert not is_there(torch.rand(2, generator=known))
        assert is_there(torch.rand(2, generator=torch.Generator()))
        assert is_there(images.softmax(1)[0])
        torch.ones(2).tolist()
        float((images * 2).sum())
        (images > 3).tolist()
        bool((images > 3).any())
        images[images > 3].sum().item()
        torch.tensor([1.0], device=images.device)
        images.new_tensor([1.0])
    assert watch.found == ["__float__", "tolist", "__bool__", "__getitem__", "item", "tensor", "new_tensor"]


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("variant", RELAXATIONS)
def test_no_step_of_any_variant_waits_for_a_gpu(monkeypatch: pytest.MonkeyPatch, variant: str) -> None:
    setup = make_setup(augment=True, precision="bfloat16", pictures=8 * STEPS)
    setup = replace(setup, device=torch.device("cuda"))
    trainer = warm(trainer_of(variant, setup))
    copies = watch_steps(monkeypatch, trainer, nullcontext, lambda: no_waiting("default"))
    for name in ("_move_weights", "_move_architecture"):
        monkeypatch.setattr(trainer, name, within(lambda: no_waiting("error"), getattr(trainer, name)))
    monkeypatch.setattr(setup.objective, "prepare", within(lambda: no_waiting("error"), setup.objective.prepare))
    trainer._train(EPOCH)
    assert copies.made == (STEPS if variant in DRAWN else 0)
