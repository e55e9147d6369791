"""Fitness by a short training on any objective: what is left of its loss, or its accuracy, on images held out.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from fitness.base import EvalContext, Fitness, Score, only_images
from fitness.determinism import Precision, seeded_dropout
from fitness.fitness_table import OBJECTIVES
from fitness.objective import Objective
from fitness.once_per_run import OncePerRun
from fitness.training.batches import ImagePool, ShiftedPool, check_judged, images_in, on_device
from fitness.training.loop import Judgement, SgdSettings, Trainee, build_trainee, judge, train
from fitness.training.racing import SLOPE, Race, settle_rungs
from spaces import SearchSpace
from tasks import (
    CountedSource,
    Factory,
    ImageBatch,
    ImageSource,
    Split,
    UsageError,
    customary_shift,
    derive_rng,
    draw_plain,
    normalisation_of,
    option_parameters,
    torch_generator,
)

TIMES_TO_MEMORISE = 25
"""How often an image whose label can only be memorised is seen, unless ``pictures`` or ``epochs`` are given."""


@dataclass(frozen=True)
class TrainingTask:
    """What all candidates of a run are trained and judged on: objective, training batches, held-out batches."""

    objective: Objective
    batches: ImagePool
    held_out: Sequence[ImageBatch]


class TrainedFitness(Fitness):
    """Minus the held-out loss, or the held-out accuracy, after gradient descent on an objective.

    objective: its name or ``module:attribute``, whose options stand beside these; or an objective of the caller's own
    steps: batches trained on
    epochs: where given, passes over all images instead
    batch: images at a time
    pictures: how many training images are used, 0 for as many as the source has (4,096 of one without an end) and the
        steps need; each worker holds them all, 12 KiB for one of 32 x 32 pixels
    held_out: images judged on, in whole batches
    learning_rate: at the start; momentum is 0.9
    weight_decay: of weights alone
    schedule: of the learning rate
    augment: whether images are shifted and mirrored, anew each step, before the objective sees them
    shift: pixels by which they are then shifted at most; 4 is customary for 32 pixels, an eighth of their side
    score: loss or accuracy
    precision: float32, bfloat16, or auto: bfloat16 where the CPU has matrix units
    rungs: numbers of steps, e.g. ``10,30``, after which a training is given up, and its trial abandoned, where its loss
        falls too slowly to reach the search's threshold; rung_slope: the power of the number of steps by which a loss
        is expected to fall at most
    """

    needs_cuda = True
    later_options: ClassVar[tuple[str, ...]] = ("shift", "rungs", "rung_slope")

    def __init__(
        self,
        *,
        objective: str | Objective,
        source: ImageSource | None = None,
        steps: int = 100,
        epochs: int = 0,
        batch: int = 16,
        pictures: int = 0,
        held_out: int = 256,
        learning_rate: float = 0.025,
        weight_decay: float = 4e-5,
        schedule: Literal["constant", "cosine"] = "constant",
        augment: bool = False,
        shift: int = 4,
        score: Literal["loss", "accuracy"] = "loss",
        precision: Precision = "auto",
        rungs: int | str | Sequence[int] = "",
        rung_slope: float = SLOPE,
        **options: object,
    ) -> None:
        """Raise UsageError where the objective refuses its options or ``source``; ValueError for one out of range."""
        check_counts({"steps": (steps, 1), "epochs": (epochs, 0), "batch": (batch, 2), "shift": (shift, 0)})
        check_counts({"held_out": (held_out, batch), "pictures": (pictures, batch if pictures else 0)})
        if options and not isinstance(objective, str):
            raise UsageError(f"fitness.{min(options)}: {objective!r} is an object, with options of its own")
        self._given, self._options = objective, options
        self._steps, self._epochs, self._batch, self._pictures = steps, epochs, batch, pictures
        self._held_out = held_out
        race = Race(settle_rungs(rungs), rung_slope)
        if race.rungs and score != "loss":
            raise UsageError("fitness.rungs: needs fitness.score=loss, as a loss says little of an accuracy")
        self._settings = SgdSettings(learning_rate, 0.9, weight_decay, schedule == "cosine", precision, race=race)
        self._augment, self._shift = augment, shift
        self._score = score
        self._task = OncePerRun(self._draw)
        if source is not None or not isinstance(objective, str):
            made = self._objective(source)
            if source is not None and made.held_out:
                check_judged(source, f"objective {objective!r}")

    @classmethod
    def parts(cls, options: Mapping[str, object]) -> list[Factory]:
        """Return the factory of the objective that the options name, whose options are this fitness's, too."""
        named = options.get("objective")
        if not isinstance(named, str):
            return []
        factory = OBJECTIVES.load(named)
        both = (option_parameters(factory).keys() & option_parameters(cls).keys()) - {"source"}
        if both:
            raise UsageError(f"objective {named!r}: its option {min(both)!r} is one of the training, too")
        return [factory]

    def accepts(self, space: SearchSpace[Any]) -> str | None:
        """Return why this fitness cannot score ``space``, or None if it can."""
        return only_images(space, "it trains")

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return the score, and loss and accuracy as metrics; raises DeadlineExceededError and AbandonedError."""
        task = self._task(context)
        trainee = build_trainee(candidate, task.objective, context)
        with seeded_dropout(context):
            judgement = self._train(trainee, task, context)
        metrics = {"loss": judgement.loss} | ({} if judgement.accuracy is None else {"accuracy": judgement.accuracy})
        value = -judgement.loss if self._score == "loss" else metrics["accuracy"]
        return Score(value, metrics=metrics, build_s=trainee.build_s)

    def _train(self, trainee: Trainee, task: TrainingTask, context: EvalContext) -> Judgement:
        shifts, training, judging = (
            torch_generator(derive_rng(context.data_seed, "trained", purpose), context.device)
            for purpose in ("augment", "train", "judge")
        )
        shifting = ShiftedPool(task.batches, shifts, normalisation_of(context.images), self._shift)
        batches = shifting if self._augment else task.batches
        train(trainee, task.objective, batches, training, self._settings, context)
        return judge(trainee, task.objective, task.held_out, judging, self._settings.precision, context)

    def _draw(self, context: EvalContext) -> TrainingTask:
        """Return what the candidates of a run are trained on."""
        objective = self._objective(context.images)
        judged_elsewhere = objective.held_out
        steps, count = self._length(context.images, times=1 if judged_elsewhere else TIMES_TO_MEMORISE)
        images = self._labelled(objective, count, Split.TRAIN, context)
        judging = self._judging_batches(count, elsewhere=judged_elsewhere)
        if judged_elsewhere:
            judged = self._labelled(objective, judging * self._batch, Split.VALIDATION, context)
        else:
            judged = images
        held_out = ImagePool(judged, self._batch, judging, seed=0)
        return TrainingTask(objective, ImagePool(images, self._batch, steps, context.data_seed), list(held_out))

    def options_in_force(self, images: ImageSource) -> Sequence[str]:
        """Return how many images are judged on where that is not what was asked for, and whether images repeat.

        Also a shift that is a larger part of an image than is customary.
        """
        elsewhere = self._objective(images).held_out
        count = self._length(images, times=1 if elsewhere else TIMES_TO_MEMORISE)[1]
        judged = self._judging_batches(count, elsewhere=elsewhere) * self._batch
        found = []
        if judged != self._held_out:
            memorised = "" if elsewhere else f" of the {count} trained on"
            found.append(f"held_out={self._held_out}: judged on {judged}{memorised}, in whole batches of {self._batch}")
        if elsewhere and isinstance(images, CountedSource) and judged > images_in(images, Split.VALIDATION):
            there = images_in(images, Split.VALIDATION)
            found.append(f"held_out={self._held_out}: there are {there} to judge on; they repeat")
        if isinstance(images, CountedSource) and self._pictures > images_in(images):
            found.append(f"pictures={self._pictures}: there are {images_in(images)} to train on; they repeat")
        if self._augment and self._shift > (customary := customary_shift(images.size)):
            found.append(f"shift={self._shift}: of {images.size} pixels; an eighth, as customary, is {customary}")
        return found

    def _judging_batches(self, count: int, *, elsewhere: bool) -> int:
        """Return how many batches are judged on: of other images, or of the ``count`` trained on."""
        asked = self._held_out // self._batch
        return asked if elsewhere else min(asked, count // self._batch)

    def _length(self, source: ImageSource, *, times: int = 1) -> tuple[int, int]:
        """Return the number of steps and of training images, each to be met at least ``times``."""
        count = max(self._pictures or images_in(source), self._batch)
        if self._epochs:
            return self._epochs * (count // self._batch), count
        needed = self._pictures or max(self._batch, self._steps * self._batch // times)
        return self._steps, min(count, needed)

    def _labelled(self, objective: Objective, count: int, split: Split, context: EvalContext) -> ImageBatch:
        rng = derive_rng(context.data_seed, "trained", "pictures", split)
        images = objective.label(draw_plain(context.images, count, rng, split=split), rng)
        return on_device(images, context.device)

    def _objective(self, source: ImageSource | None) -> Objective:
        if isinstance(self._given, str):
            objective: Objective = OBJECTIVES.build(self._given, self._options, source=source)
        else:
            objective = OBJECTIVES.accept(self._given, type(self._given).__name__)
        if self._score == "accuracy" and not objective.has_answers:
            raise UsageError(f"fitness.score=accuracy: objective {self._given!r} has no right answers; use score=loss")
        return objective


def check_counts(counts: Mapping[str, tuple[int, int]]) -> None:
    """Raise ValueError for the first option whose value is less than the least it may be, which stands beside it."""
    for name, (count, least) in counts.items():
        if count < least:
            raise ValueError(f"{name}={count}: must be at least {least}")
