"""Catches: a score of training images, of the wrong sign or of the wrong number of steps; lessons that differ between
candidates; labels drawn anew; a score that depends on what ran before.

A second, plain implementation of the whole fitness is part of this file.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from fitness import FITNESSES, AbandonedError, DeadlineExceededError, EvalContext
from fitness.base import network_shape
from fitness.training.fitness import TrainedFitness
from tasks import ImageBatch, Split, derive_rng, open_images
from tasks.foundation.errors import UsageError
from tasks.images.noise import NoiseImages
from tests.objectives import Labelled, MeanHead
from tests.tiny import TinyNetwork, TinySequences
from tests.toy import BitStrings

MakeContext = Callable[..., EvalContext]
COLOUR, BRIGHTNESS, LABELLED = (f"tests.objectives:{name}" for name in ("MeanColour", "Brightness", "Labelled"))
STEPS, BATCH, HELD_OUT, RATE, MOMENTUM, DECAY = 5, 4, 8, 0.05, 0.9, 0.01


def make_fitness(objective: str = COLOUR, **options: Any) -> TrainedFitness:
    settings = {"precision": "float32", "steps": STEPS, "batch": BATCH, "held_out": HELD_OUT, "learning_rate": RATE}
    return TrainedFitness(objective=objective, **{**settings, "weight_decay": DECAY, **options})


def plain_score(context: EvalContext) -> float:
    """Score a tiny network of width 5 on mean colours, with nothing but torch's layers, 3 batches to an epoch."""
    images = context.images.draw(
        12, derive_rng(context.data_seed, "trained", "pictures", "train"), split=Split.TRAIN
    ).images
    asked = context.images.draw(
        8, derive_rng(context.data_seed, "trained", "pictures", "validation"), split=Split.VALIDATION
    ).images
    orders = [derive_rng(context.data_seed, "pool", "order", epoch).permutation(12) for epoch in (0, 1)]
    batches = [images[torch.from_numpy(orders[step // 3][step % 3 * 4 :][:4])] for step in range(STEPS)]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(context.rng.integers(2**63)))
        network = TinyNetwork(5, *network_shape(context.images))
        head = MeanHead(10, 3)
    modules: list[nn.Module] = [network, head]
    parameters = [parameter for module in modules for parameter in module.parameters()]
    velocity = [torch.zeros_like(parameter) for parameter in parameters]

    def loss(images: torch.Tensor) -> torch.Tensor:
        return ((head(network.forward_features(images)) - images.mean((2, 3))) ** 2).mean()

    for images in batches:
        gradients = torch.autograd.grad(loss(images), parameters, allow_unused=True)
        with torch.no_grad():
            for parameter, gradient, speed in zip(parameters, gradients, velocity, strict=True):
                if gradient is None:  # the classifier's
                    continue
                speed.mul_(MOMENTUM).add_(gradient + (DECAY * parameter if parameter.ndim > 1 else 0.0))
                parameter.sub_(RATE * speed)
    with torch.no_grad():
        return -float(loss(asked))


def test_the_score_is_that_of_a_plain_second_implementation(make_context: MakeContext) -> None:
    score = make_fitness(pictures=12)(5, make_context())
    assert score.value == pytest.approx(plain_score(make_context()), rel=1e-5)
    assert score.metrics == {"loss": -score.value}
    assert score.build_s > 0


def test_training_helps(make_context: MakeContext) -> None:
    few, many = (make_fitness(steps=steps)(5, make_context()).value for steps in (1, 60))
    assert many > few


def test_epochs_are_passes_over_all_images(make_context: MakeContext) -> None:
    # 12 images in batches of 4: two passes are six steps.
    passes = make_fitness(pictures=12, epochs=2, steps=1)(5, make_context()).value
    steps = make_fitness(pictures=12, steps=6)(5, make_context()).value
    assert passes == steps != make_fitness(pictures=12, steps=5)(5, make_context()).value


def test_without_a_number_an_epoch_is_all_that_the_source_has(make_context: MakeContext) -> None:
    fitness = make_fitness(epochs=1, batch=16, held_out=16)
    assert fitness._length(open_images("digits")) == (1079 // 16, 1079)
    assert make_fitness(epochs=2, batch=16, held_out=16)._length(open_images("noise")) == (2 * 4096 // 16, 4096)
    assert make_fitness(steps=3)._length(open_images("digits")) == (3, 12)
    assert make_fitness(steps=9, pictures=8)._length(open_images("digits")) == (9, 8)


def test_what_can_only_be_learnt_by_heart_is_met_often() -> None:
    source = open_images("noise")
    assert make_fitness(steps=100, batch=16, held_out=16)._length(source, times=25) == (100, 64)
    assert make_fitness(steps=10, batch=16, held_out=16)._length(source, times=25) == (10, 16)
    assert make_fitness(steps=10, pictures=32, batch=16, held_out=16)._length(source, times=25) == (10, 32)


def test_labels_of_no_meaning_are_met_often_unless_said_otherwise(
    make_context: MakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []
    label = Labelled.label

    def note(self: Labelled, images: ImageBatch, rng: np.random.Generator) -> ImageBatch:
        counts.append(len(images.images))
        return label(self, images, rng)

    monkeypatch.setattr(Labelled, "label", note)
    for options in ({"steps": 50}, {"steps": 50, "pictures": 20}):
        make_fitness(LABELLED, **options)(5, make_context())
    assert counts == [2 * BATCH, 20]


def test_numbers_of_images_that_cannot_be_met_are_told(make_context: MakeContext) -> None:
    noise, digits = open_images("noise"), open_images("digits")
    assert make_fitness(batch=4, held_out=8).options_in_force(noise) == []
    assert make_fitness(batch=4, held_out=11).options_in_force(noise) == [
        "held_out=11: judged on 8, in whole batches of 4"
    ]
    assert make_fitness(batch=4, held_out=8, pictures=1_080).options_in_force(digits) == [
        "pictures=1080: there are 1079 to train on; they repeat"
    ]
    assert make_fitness(batch=4, held_out=8, pictures=1_079).options_in_force(digits) == []
    by_heart = make_fitness(LABELLED, batch=4, pictures=12, held_out=40)
    assert by_heart.options_in_force(noise) == ["held_out=40: judged on 12 of the 12 trained on, in whole batches of 4"]
    assert len(by_heart._task(make_context()).held_out) == 3
    assert len(make_fitness(batch=4, held_out=11)._task(make_context()).held_out) == 2


def test_a_shift_beyond_an_eighth_is_told_and_at_its_default_no_part_of_a_configuration(
    make_context: MakeContext,
) -> None:
    images = open_images("noise")  # of 32 pixels
    assert make_fitness(batch=4, held_out=8, augment=True).options_in_force(images) == []
    assert make_fitness(batch=4, held_out=8, shift=9).options_in_force(images) == []
    assert make_fitness(batch=4, held_out=8, augment=True, shift=9).options_in_force(images) == [
        "shift=9: of 32 pixels; an eighth, as customary, is 4"
    ]
    assert "shift" not in FITNESSES.resolve("rotation", {"augment": True})
    assert FITNESSES.resolve("rotation", {"shift": 2})["shift"] == 2
    few, many = (make_fitness(augment=True, shift=shift)(5, make_context()).value for shift in (1, 4))
    assert few != many == make_fitness(augment=True)(5, make_context()).value


def test_augmentation_is_of_training_alone(make_context: MakeContext) -> None:
    plain, augmented = (make_fitness(augment=augment)(5, make_context()).value for augment in (False, True))
    assert plain != augmented
    assert augmented == make_fitness(augment=True)(5, make_context()).value
    untouched = {"pictures": 4, "steps": 1, "learning_rate": 1e-30}  # nothing is learnt, so only the judging shows
    alike = [make_fitness(augment=augment, **untouched)(5, make_context()).value for augment in (False, True)]
    assert alike[0] == alike[1]


def test_accuracy_is_a_metric_and_may_be_the_score(make_context: MakeContext) -> None:
    loss, accuracy = (make_fitness(BRIGHTNESS, score=score)(5, make_context()) for score in ("loss", "accuracy"))
    assert accuracy.value == accuracy.metrics["accuracy"] == loss.metrics["accuracy"]
    assert 0 <= accuracy.value <= 1
    assert loss.value == -loss.metrics["loss"]


def test_accuracy_of_what_has_no_right_answers_is_refused(make_context: MakeContext) -> None:
    with pytest.raises(UsageError, match="has no right answers"):
        make_fitness(score="accuracy", source=make_context().images)


def test_images_to_judge_by_are_asked_for_before_anything_is_trained() -> None:
    source = TrainingAlone(8)
    with pytest.raises(UsageError, match="'rotation': there are no validation images to judge by"):
        make_fitness("rotation", source=source)
    make_fitness(LABELLED, source=source)  # judged by what it was trained on


class TrainingAlone(NoiseImages):
    """Noise with no images but those for training."""

    splits = (Split.TRAIN,)


def test_labels_are_given_once_and_judged_on_the_images_trained_on(
    make_context: MakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Labelled] = []
    start = Labelled.__init__

    def note(self: Labelled) -> None:
        start(self)
        made.append(self)

    monkeypatch.setattr(Labelled, "__init__", note)
    fitness, context = make_fitness(LABELLED, pictures=12, steps=6), make_context()
    fitness(5, context)
    fitness(4, context)
    (objective,) = made
    assert len(objective.labelled) == 1
    known = {image[0, 0, 0].item(): label.item() for image, label in zip(*_pair(objective), strict=True)}
    for batch in objective.batches:
        assert batch.labels is not None
        assert [known[image[0, 0, 0].item()] for image in batch.images] == batch.labels.tolist()
    assert len(objective.batches) == 2 * (6 + 2)  # for both candidates six steps, and the judgement's 8 images


def _pair(objective: Labelled) -> tuple[torch.Tensor, torch.Tensor]:
    (images,) = objective.labelled
    assert images.labels is not None
    return images.images, images.labels


def test_a_score_is_the_same_twice_whatever_happened_in_between(make_context: MakeContext) -> None:
    fitness = make_fitness()
    first = fitness(5, make_context()).value
    torch.manual_seed(123)
    fitness(3, make_context(seed=9))
    assert fitness(5, make_context()).value == first == make_fitness()(5, make_context()).value


def test_initial_weights_images_and_their_source_all_matter(make_context: MakeContext) -> None:
    fitness, context = make_fitness(), make_context()
    photographs = replace(make_context(), images=open_images("photos", size=16))
    contexts = (context, make_context(seed=8), make_context(data_seed=8), photographs)
    assert len({fitness(5, each).value for each in contexts}) == 4


def test_a_deadline_stops_the_training(make_context: MakeContext) -> None:
    with pytest.raises(DeadlineExceededError):
        make_fitness()(5, make_context(deadline=0.0))


def test_only_networks_that_read_images_are_accepted(make_context: MakeContext) -> None:
    fitness = make_fitness()
    assert fitness.accepts(make_context().space) is None
    assert "builds none" in str(fitness.accepts(BitStrings()))
    assert "read images" in str(fitness.accepts(TinySequences()))


@pytest.mark.parametrize(
    "options",
    [{"steps": 0}, {"epochs": -1}, {"batch": 1}, {"pictures": -1}, {"pictures": 3}, {"held_out": 3},
     {"learning_rate": 0.0},     {"learning_rate": float("inf")}, {"weight_decay": -1.0}],
)  # fmt: skip
def test_options_out_of_range_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        make_fitness(**options)


def test_a_training_that_falls_behind_is_given_up(make_context: MakeContext) -> None:
    raced, value = make_fitness(rungs="2,4"), make_fitness()(5, make_context()).value
    assert raced(5, replace(make_context(), threshold=10 * value)).value == value
    with pytest.raises(AbandonedError, match="after 2 of 5 steps"):
        raced(5, replace(make_context(), threshold=0.0))
    with pytest.raises(UsageError, match=r"fitness.rungs: needs fitness.score=loss"):
        make_fitness(LABELLED, rungs=2, score="accuracy")
