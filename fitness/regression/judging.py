"""What a regression's training comes to: the score of a trained network, and what to try where it has none."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch

from fitness.base import EvalContext, Score
from fitness.objective import Objective
from fitness.training.loop import AdamSettings, SgdSettings, Trainee, judge, pass_through
from fitness.training.norm_statistics import Statistics, settle_statistics
from tasks import ImageBatch


@dataclass(frozen=True)
class Judging:
    """How a trained network is judged.

    statistics: of its batch norms; training: how it was trained; steadying: options, beside those that all trainings
    have, that keep one from diverging
    """

    statistics: Statistics
    training: SgdSettings | AdamSettings
    steadying: tuple[str, ...] = ()

    def score(
        self,
        trainee: Trainee,
        objective: Objective,
        images: ImageBatch,
        generator: torch.Generator,
        context: EvalContext,
    ) -> Score:
        """Return minus the loss on images, prepared by the objective; raises DeadlineExceededError."""
        precision = self.training.precision
        look: Callable[[], None] = partial(pass_through, trainee, objective, images, generator, precision)
        settle_statistics(self.statistics, (trainee.network, trainee.head), look)
        judgement = judge(trainee, objective, [images], generator, precision, context)
        return Score(-judgement.loss, build_s=trainee.build_s, remedy=self.remedy())

    def remedy(self) -> str:
        """Return what to try where the loss is not finite."""
        options = ", ".join(("fitness.clip=1", *self.steadying, "fitness.warm_up=10"))
        rate = f"a fitness.learning_rate below {self.training.learning_rate:g}"
        return f"where it is the training that diverges, {options} or {rate} may help"
