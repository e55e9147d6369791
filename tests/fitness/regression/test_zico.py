"""Catches: labels that are read, batches that share images, targets or noise, a head that counts, candidates that see
different batches, a score that depends on what was scored before."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from fitness import EvalContext
from fitness.regression.fitness import WEIGHTINGS, SignalRegression
from fitness.regression.zico import ZicoRegressionFitness
from fitness.training.loop import build_trainee
from tasks import ImageBatch, ProxyTask, UsageError, derive_rng, load_any_task, torch_generator
from tests.tiny import TinyNetworks, TinySequences
from tests.toy import BitStrings

MakeContext = Callable[..., EvalContext]


def test_the_score_is_zico_of_the_regression_loss(make_context: MakeContext) -> None:
    context, task = make_context(), load_any_task("N")
    assert isinstance(task, ProxyTask)
    rng = derive_rng(context.data_seed, "zico_regression", "batch")
    images = context.images.draw(2 * task.batch_size, rng).images
    targets = task.build_targets(images, rng, context.device)
    trainee = None
    noise = torch_generator(derive_rng(context.data_seed, "zico_regression", "noise"), context.device)
    gradients = []
    for part in (slice(0, task.batch_size), slice(task.batch_size, None)):
        objective = SignalRegression(task, tuple(target[part] for target in targets), WEIGHTINGS["code"])
        trainee = trainee or build_trainee(3, objective, make_context())
        batch = objective.prepare(ImageBatch(images[part]), noise)
        trainee.network.zero_grad()
        objective.loss(trainee.network.forward_features(batch.inputs), trainee.head, batch).backward()
        gradients.append([layer.weight.grad.numpy().copy() for layer in trainee.network.convolutions])
    both = [np.stack(of_layer) for of_layer in zip(*gradients, strict=True)]
    expected = sum(math.log(float(np.sum(np.abs(each).mean(0) / each.std(0)))) for each in both)
    assert ZicoRegressionFitness()(3, context).value == pytest.approx(expected, rel=1e-3)


def test_the_score_is_a_function_of_the_seeds(make_context: MakeContext) -> None:
    fitness = ZicoRegressionFitness(task="combo")
    first = fitness(3, make_context()).value
    fitness(7, make_context(seed=2))
    assert fitness(3, make_context()).value == first
    assert fitness(3, make_context(seed=2)).value != first
    assert fitness(3, make_context(data_seed=9)).value != first
    assert ZicoRegressionFitness(task="combo", batches=3)(3, make_context()).value != first


@pytest.mark.parametrize(
    ("space", "refusal"),
    [
        (TinyNetworks(), None),
        (TinySequences(), "zico_regression measures networks that read images"),
        (BitStrings(), "zico_regression measures networks, and this space builds none"),
    ],
)
def test_what_reads_no_images_is_refused(space: object, refusal: str | None) -> None:
    assert ZicoRegressionFitness().accepts(space) == refusal


def test_a_task_of_sequences_is_refused() -> None:
    refusal = ZicoRegressionFitness(task="nlp_combo").accepts(TinyNetworks())
    assert refusal == "zico_regression is for networks that read images, and task 'nlp_combo' has sequences"


def test_one_batch_is_refused() -> None:
    with pytest.raises(ValueError, match="batches=1: at least 2 are needed"):
        ZicoRegressionFitness(batches=1)


def test_the_task_is_read_as_that_of_regression_is() -> None:
    assert ZicoRegressionFitness.settle({"task": "n", "batches": 2}) == {"task": "N", "batches": 2}
    with pytest.raises(UsageError, match="combo"):
        ZicoRegressionFitness(task="comb")
