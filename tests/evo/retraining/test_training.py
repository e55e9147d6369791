"""Catches: an epoch that depends on the ones before it in more than the checkpoint says; a rate that is not the
schedule's; a test that leaves images out, or whose result depends on the batch of the training; gradients that are
not clipped; a loss that is no number and passes.
"""

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from evo.differentiable.bilevel.supernet_trainer import DivergedError
from evo.retraining.folder import NOT_REPRODUCED, SCHEMA
from evo.retraining.learner import NetworkLearner
from evo.retraining.training import Training
from tests.evo.differentiable.small_supernets import SPACES
from tests.evo.retraining.small_runs import CLASSES, SPEC, quick_settings, tiny_label_images


def training(seed: int = 0, space: str = "darts", **options: Any) -> Training:
    settings, own = quick_settings(**options), SPACES[space]
    torch.manual_seed(0)
    network = own.build(own.sample(np.random.default_rng(1)), SPEC, CLASSES)
    return Training(NetworkLearner(network, settings, 8, CLASSES), tiny_label_images(), settings, seed)


def plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in NOT_REPRODUCED}


def test_a_row_says_what_an_epoch_did() -> None:
    row = training(learning_rate=0.1, warm_up=2).epoch(1)
    assert set(row) == set(SCHEMA.names)
    assert (row["epoch"], row["learning_rate"], row["drop_path"]) == (1, 0.1, pytest.approx(0.2 / 3))


def test_an_epoch_is_trained_at_its_own_rate() -> None:
    def losses(number: int, **options: Any) -> dict[str, Any]:
        return plain(training(drop_path=0.0, **options).epoch(number))

    # two epochs of warming up to 0.2 begin with 0.1; without, the second of three is at 0.2 * (1 + cos(60 deg)) / 2
    assert losses(0, learning_rate=0.2, warm_up=2) == losses(0, learning_rate=0.1) != losses(0, learning_rate=0.2)
    falling, own = losses(1, learning_rate=0.2), losses(1, learning_rate=0.15, warm_up=2)
    assert falling["learning_rate"] == pytest.approx(own["learning_rate"]) == pytest.approx(0.15)
    assert falling["test_loss"] == pytest.approx(own["test_loss"], rel=1e-4)
    assert falling["test_loss"] != pytest.approx(losses(1, learning_rate=0.2, warm_up=2)["test_loss"], rel=1e-4)


def test_a_loaded_training_goes_on_to_the_same_rows() -> None:
    unbroken = training()
    rows = [plain(unbroken.epoch(number)) for number in range(3)]
    first = training()
    first.epoch(0)
    resumed = training()
    resumed.load({name: value.clone() for name, value in first.tensors().items()})
    assert [plain(resumed.epoch(number)) for number in (1, 2)] == rows[1:]
    assert plain(training(seed=1).epoch(0)) != rows[0]


def test_the_test_is_every_image_once() -> None:
    one = training()
    row, test = one.epoch(0), tiny_label_images().test
    assert test.labels is not None
    learner = one._learner.eval()
    with torch.no_grad():
        logits = learner(test.images)
    assert row["test_loss"] == pytest.approx(float(functional.cross_entropy(logits, test.labels)), rel=1e-5)
    assert row["test_accuracy"] == pytest.approx(float((logits.argmax(1) == test.labels).float().mean()))


def test_the_test_does_not_depend_on_the_batch_of_the_training() -> None:
    options: dict[str, Any] = {"space": "nasbench201", "drop_path": 0.0, "auxiliary": 0.0}
    one, other = (training(batch=batch, **options)._test() for batch in (2, 8))
    assert one == other


def test_easy_images_are_learnt() -> None:
    one = training(epochs=8, cutout=0, drop_path=0.0, learning_rate=0.1)
    rows = [one.epoch(number) for number in range(8)]
    assert rows[-1]["test_accuracy"] == 1
    assert rows[-1]["training_loss"] < rows[0]["training_loss"]


def test_a_clipped_gradient_moves_the_weights_less() -> None:
    def moved(clip: float) -> float:
        one = training(clip=clip, momentum=0.0, weight_decay=0.0, augment=False)
        before = [parameter.detach().clone() for parameter in one._learner.parameters()]
        one.epoch(0)
        pairs = zip(before, one._learner.parameters(), strict=True)
        return sum(float((old - new.detach()).abs().sum()) for old, new in pairs)

    assert moved(1e-4) < 0.01 * moved(0.0)


def test_a_loss_that_is_no_number_ends_the_training() -> None:
    one = training(clip=0.0, learning_rate=1e30)
    with pytest.raises(DivergedError, match="epoch 0 is not finite"):
        one.epoch(0)
