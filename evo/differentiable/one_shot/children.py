"""The candidates of a trained supernet, each with the weights that it inherits.

Running averages of batch norms come from many mixtures or paths, and belong to no single candidate: single-path
one-shot search takes them anew of each (Guo et al., 2020, section 3.4).
"""

import copy
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Literal

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from evo.differentiable.bilevel.supernet_data import Course, Halves
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.relaxations.base import Level
from fitness import EvalContext
from fitness.determinism import computing_in
from fitness.training.batches import PicturePool
from fitness.training.loop import Judgement, Trainee, judge
from spaces.supernet.supernet import GatedNetwork
from tasks import ImageBatch

Statistics = Literal["recalibrated", "batch", "running"]


class Children:
    """A supernet that is one candidate after the other, with one head for all of them.

    Every candidate meets the supernet as it was restored: nothing of one is left for the next, no average of a batch
    norm and no noise that goes on. Pictures and what the objective makes of them are the same for all.
    """

    def __init__(
        self, course: Course, halves: Halves, trainer: SupernetTrainer, statistics: Statistics, *, batches: int
    ) -> None:
        """Take a restored supernet over; it is not to be trained on.

        statistics: what batch norms that keep running averages use: ``recalibrated``, those of ``batches`` batches of
        training pictures under the candidate; ``batch``, of each batch by itself; ``running``, as they were trained.
        """
        self._course, self._halves = course, halves
        self._supernet = trainer.supernet
        self._trainee = Trainee(GatedNetwork(trainer.supernet), trainer.head)
        self._recalibrated = batches if statistics == "recalibrated" else 0
        self._norms = [module for module in self._modules() if isinstance(module, _BatchNorm)]
        for norm in self._norms:
            _prepare(norm, statistics)
        self._state = [copy.deepcopy(part.state_dict()) for part in self._parts()]
        self._asked = _asked(course, halves)

    def judge(self, candidate: Any, context: EvalContext) -> Judgement:
        """Return how good a candidate is on held-out pictures.

        Raises ValueError for a candidate that the supernet does not hold, and DeadlineExceededError.
        """
        gates = self._supernet.gates_of(candidate)
        for part, state in zip(self._parts(), self._state, strict=True):
            part.load_state_dict(state)
        for module in self._modules():
            if isinstance(module, GatedNetwork):  # the supernet, and a slow copy of it in a head
                module.gates = gates
        if self._recalibrated:
            self._recalibrate(context)
        objective, generator = self._course.objective, self._course.generator("judge")
        return judge(self._trainee, objective, self._asked, generator, self._course.settings.precision, context)

    @torch.no_grad()
    def _recalibrate(self, context: EvalContext) -> None:
        """Average the statistics of batches of training pictures, each counting as much."""
        for part in self._parts():
            part.eval()
        for norm in self._norms:
            norm.train()
        course, generator = self._course, self._course.generator("recalibrate")
        for pictures in self._halves.batches(Level.WEIGHTS, 0, self._recalibrated):
            context.check_deadline()
            batch = course.objective.prepare(pictures, generator)
            with computing_in(course.settings.precision, course.device):
                features = self._trainee.features(batch, course.objective)
                course.objective.loss(features, self._trainee.head, batch)  # for the norms of the head

    def _parts(self) -> Sequence[nn.Module]:
        return self._trainee.network, self._trainee.head

    def _modules(self) -> Iterator[nn.Module]:
        return chain.from_iterable(part.modules() for part in self._parts())


def _prepare(norm: _BatchNorm, statistics: Statistics) -> None:
    """Let a norm use such statistics in evaluation mode; one that keeps none knows the batch alone anyway."""
    if statistics == "recalibrated":
        norm.momentum = None  # a plain mean of all batches
        norm.reset_running_stats()
    if statistics == "batch":
        norm.running_mean = norm.running_var = None


def _asked(course: Course, halves: Halves) -> Sequence[ImageBatch]:
    """Return the batches to judge by: held out, but for labels that can only be learnt by heart."""
    if getattr(course.objective, "held_out", True):
        return list(halves.held_out)
    steps = min(course.settings.held_out // course.settings.batch, halves.steps)
    return list(PicturePool(halves.weights, course.settings.batch, steps, seed=0))
