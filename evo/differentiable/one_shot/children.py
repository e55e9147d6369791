"""The candidates of a trained supernet, each with the weights that it inherits.

Running averages of batch norms come from many mixtures or paths, and belong to no single candidate: single-path
one-shot search recalibrates them for each candidate (Guo et al., 2020, section 3.4).
"""

import copy
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Literal

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from evo.differentiable.bilevel.supernet_data import SupernetData, SupernetSetup, held_out_count
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.relaxations.base import Level
from fitness import EvalContext, ImagePool, Judgement, Trainee, computing_in, judge
from spaces import GatedNetwork
from tasks import ImageBatch

Statistics = Literal["recalibrated", "batch", "running"]


class Children:
    """A supernet that computes one candidate after the other, with one head for all of them.

    Every candidate is judged on the supernet as it was restored: averages of batch norms and the state of noise are
    reset for each. Images and what the objective makes of them are the same for all.
    """

    def __init__(
        self,
        setup: SupernetSetup,
        data: SupernetData,
        trainer: SupernetTrainer,
        statistics: Statistics,
        *,
        batches: int,
    ) -> None:
        """Take a restored supernet over; it is not to be trained on.

        statistics: what batch norms that keep running averages use: ``recalibrated``, those of ``batches`` batches of
        training images under the candidate; ``batch``, of each batch by itself; ``running``, as they were trained
        """
        self._setup, self._data = setup, data
        self._supernet = trainer.supernet
        self._trainee = Trainee(GatedNetwork(trainer.supernet), trainer.head)
        self._recalibrated = batches if statistics == "recalibrated" else 0
        self._norms = [module for module in self._modules() if isinstance(module, _BatchNorm)]
        for norm in self._norms:
            _prepare(norm, statistics)
        self._state = [copy.deepcopy(part.state_dict()) for part in self._parts()]
        self._batches = _judging_batches(setup, data)

    def judge(self, candidate: Any, context: EvalContext) -> Judgement:
        """Return how good a candidate is on held-out images.

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
        objective, generator = self._setup.objective, self._setup.generator("judge")
        return judge(self._trainee, objective, self._batches, generator, self._setup.settings.precision, context)

    @torch.no_grad()
    def _recalibrate(self, context: EvalContext) -> None:
        """Average the statistics of batches of training images, all weighted equally."""
        for part in self._parts():
            part.eval()
        for norm in self._norms:
            norm.train()
        setup, generator = self._setup, self._setup.generator("recalibrate")
        for images in self._data.batches(Level.WEIGHTS, 0, self._recalibrated):
            context.check_deadline()
            batch = setup.objective.prepare(images, generator)
            with computing_in(setup.settings.precision, setup.device):
                features = self._trainee.features(batch, setup.objective)
                setup.objective.loss(features, self._trainee.head, batch)  # for the norms of the head

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


def _judging_batches(setup: SupernetSetup, data: SupernetData) -> Sequence[ImageBatch]:
    """Return the batches to judge by: held-out ones, or training ones where labels can only be memorised."""
    if setup.objective.held_out:
        return list(data.held_out)
    return list(ImagePool(data.weights, setup.settings.batch, judging_steps(setup, data.steps), seed=0))


def judging_steps(setup: SupernetSetup, steps: int) -> int:
    """Return how many batches candidates are judged by; ``steps``: batches of an epoch, for labels to be memorised."""
    if setup.objective.held_out:
        return held_out_count(setup) // setup.settings.batch
    return min(setup.settings.held_out // setup.settings.batch, steps)
