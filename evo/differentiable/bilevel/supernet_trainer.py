"""Training one supernet: weights on one half of the images, architecture parameters on the other."""

import math
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import chain, repeat
from typing import Any

import torch
from torch import Tensor, nn

from evo.differentiable.bilevel.architecture_gradient import Gradients, first_order, second_order
from evo.differentiable.bilevel.eigenvalue import Eigenvalue
from evo.differentiable.bilevel.epoch_notes import EpochNotes, Losses, mean_of
from evo.differentiable.bilevel.inner_step import InnerStep
from evo.differentiable.bilevel.micro_batches import prepared_parts, repeated_gates, sum_of
from evo.differentiable.bilevel.objective_state import ObservedTrainee, find_state, guesses_of
from evo.differentiable.bilevel.pass_state import PassState
from evo.differentiable.bilevel.settled_precision import settled_precision
from evo.differentiable.bilevel.signal import GradientSignal
from evo.differentiable.bilevel.supernet_data import SupernetData, SupernetSetup
from evo.differentiable.relaxations.base import Level, Moment, Relaxation, SupernetPass
from fitness import Precision, Trainee, computing_in, judge, network_shape, seeded
from spaces import Alphas, GatedNetwork, Gates, InputSpec, keep_maps
from tasks import Batch, ImageBatch


class DivergedError(RuntimeError):
    """A loss is not finite."""


class SupernetTrainer:
    """A supernet, the objective's head on it, both optimisers, and the variant that says what is computed.

    All randomness of an epoch derives from the setup's seed and the epoch's number, so that no random state has to be
    kept.
    """

    def __init__(self, setup: SupernetSetup, data: SupernetData, relaxation: Relaxation, epochs: int) -> None:
        """Build all for the relaxation's present supernet; epochs: of all stages together."""
        self._setup, self._data, self._relaxation, self._epochs = setup, data, relaxation, epochs
        self._build(0)

    def _build(self, epoch: int) -> None:
        """Make a new supernet for the stage that begins with ``epoch``."""
        setup, options = self._setup, self._relaxation.options()
        spec, outputs = network_shape(setup.images)
        assert isinstance(spec, InputSpec)
        with seeded(setup.generator("weights", epoch).initial_seed()):
            self.supernet = setup.space.relax(spec, outputs, options)
            self.supernet.checkpointing = setup.settings.checkpointing
            head = setup.objective.head(self.supernet.feature_info)
        self._network = GatedNetwork(self.supernet)
        self._precision = settled_precision(setup, self._network)
        for module in (self._network, head):
            module.to(setup.device).to(memory_format=torch.channels_last)
        self._trainee = Trainee(self._network, head)
        setup.objective.start(self._network, head)
        parts = chain(self._network.modules(), head.modules())
        self._gated = [part for part in parts if isinstance(part, GatedNetwork)]
        self._relaxation.begin(self.supernet)
        self._passes = PassState(self._network, head)
        self._make_optimizers()

    def _make_optimizers(self) -> None:
        settings = self._setup.settings
        self.weights_optimizer = torch.optim.SGD(
            self.weights(), lr=settings.learning_rate, momentum=settings.momentum, weight_decay=settings.weight_decay
        )
        self.architecture_optimizer = torch.optim.Adam(
            self.supernet.architecture_parameters(),
            lr=settings.architecture_rate,
            betas=(settings.architecture_beta1, settings.architecture_beta2),
            weight_decay=settings.architecture_decay,
        )

    @property
    def head(self) -> nn.Module:
        """The objective's."""
        return self._trainee.head

    def weights(self) -> list[nn.Parameter]:
        """Return what the weights' optimiser trains: the supernet's and the head's."""
        head = [parameter for parameter in self.head.parameters() if parameter.requires_grad]
        return [*self.supernet.weight_parameters(), *head]

    def epoch(self, number: int) -> Losses:
        """Train for one epoch, counted from 0, and judge; raises DivergedError."""
        moment = Moment(number, self._epochs)
        if self._relaxation.on_epoch(moment, self.supernet):
            self._build(number)
        with self._seeded(number):
            notes = self._train(number)
            losses = self._judge(number, notes)
        if not all(math.isfinite(loss) for loss in (losses.weights, losses.held_out)):
            raise DivergedError(f"a loss of epoch {number} is not finite: {losses}")
        return losses

    def _seeded(self, epoch: int) -> AbstractContextManager[None]:
        """Let what operations draw by themselves, e.g. noise, depend on the seed and the epoch alone."""
        return seeded(self._setup.generator("operations", epoch).initial_seed(), self._setup.device)

    def _train(self, epoch: int) -> EpochNotes:
        settings = self._setup.settings
        for group in self.weights_optimizer.param_groups:
            group["lr"] = settings.rate(epoch % settings.epochs)
        self._network.train()
        self.head.train()
        prepared, gated = self._setup.generator("prepare", epoch), self._setup.chooser("gates", epoch)
        notes = EpochNotes(GradientSignal(self.supernet.architecture_parameters()))
        others = iter(self._architecture_batches(epoch))
        for number, images in enumerate(self._data.batches(Level.WEIGHTS, epoch, self._data.steps)):
            training = prepared_parts(self._setup, images, prepared)
            notes.guesses.extend(guesses_of(self._setup.objective, training))
            other = next(others) if number % settings.architecture_every == 0 else None
            if other is not None:
                validation = prepared_parts(self._setup, other, prepared)
                notes.architecture.append(self._move_architecture(training, validation, gated, notes.signal))
            notes.weights.append(self._move_weights(training, gated))
        return notes

    def _architecture_batches(self, epoch: int) -> Iterator[ImageBatch | None]:
        """Yield the images of the epoch's architecture steps; None for each where there are none."""
        settings = self._setup.settings
        trains = self._relaxation.trains_architecture(Moment(epoch, self._epochs))
        if epoch % settings.epochs < settings.architecture_from or not trains:
            return repeat(None)
        steps = math.ceil(self._data.steps / settings.architecture_every)
        return iter(self._data.batches(Level.ARCHITECTURE, epoch, steps))

    def _move_weights(self, batches: Sequence[Batch], generator: torch.Generator) -> Tensor:
        """Make a step of the weights, the architecture fixed; returns the loss."""
        self.weights_optimizer.zero_grad()
        losses = []
        for part in self._parts(batches, SupernetPass(Level.WEIGHTS, generator), detached(self.supernet.alphas)):
            part.backward()  # type: ignore[no-untyped-call]
            losses.append(part.detach())
        if self._setup.settings.clip:
            nn.utils.clip_grad_norm_(self.weights(), self._setup.settings.clip)
        self.weights_optimizer.step()
        self._setup.objective.after_step(self._network, self.head)
        return sum_of(losses)

    def _move_architecture(
        self, training: Sequence[Batch], validation: Sequence[Batch], generator: torch.Generator, signal: GradientSignal
    ) -> Tensor:
        """Make a step of the architecture parameters, the weights fixed; returns the validation loss.

        signal: takes the gradient, as it is before it is clipped
        """
        parameters = self.supernet.architecture_parameters()
        gradients, loss = self._architecture_gradient(training, validation, generator)
        signal.add(gradients)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        if self._setup.settings.architecture_clip:
            nn.utils.clip_grad_norm_(parameters, self._setup.settings.architecture_clip)
        self._relaxation.before_architecture_step(self.supernet.alphas)
        self.architecture_optimizer.step()
        with torch.no_grad():
            self._relaxation.after_architecture_step(self.supernet.alphas)
        return loss

    def _architecture_gradient(
        self, training: Sequence[Batch], validation: Sequence[Batch], generator: torch.Generator
    ) -> tuple[Gradients, Tensor]:
        """Return it, first or second order, and the validation loss that it belongs to."""
        parameters, judged = self.supernet.architecture_parameters(), list[Tensor]()

        def validated() -> Iterator[Tensor]:
            for part in self._architecture_parts(validation, generator):
                judged.append(part.detach())
                yield part

        repeated = self._passes.repeatable_parts(validated, generator)
        with self._passes.frozen_statistics():
            if self._setup.settings.order == 1:
                return first_order(repeated, parameters), sum_of(judged)
            inner = self._passes.repeatable_parts(lambda: self._architecture_parts(training, generator), generator)
            weights = self.weights()
            step = InnerStep.of(self.weights_optimizer, weights)
            return second_order(inner, repeated, weights, parameters, step), sum_of(judged)

    def _architecture_loss(
        self, batch: Batch, generator: torch.Generator, *, precision: Precision | None = None
    ) -> Tensor:
        supernet_pass = SupernetPass(Level.ARCHITECTURE, generator)
        return self.loss(batch, supernet_pass, self.supernet.alphas, precision=precision)

    def _architecture_parts(self, batches: Sequence[Batch], generator: torch.Generator) -> Iterator[Tensor]:
        return self._parts(batches, SupernetPass(Level.ARCHITECTURE, generator), self.supernet.alphas)

    def _parts(self, batches: Sequence[Batch], supernet_pass: SupernetPass, alphas: Alphas) -> Iterator[Tensor]:
        """Yield the losses of prepared micro-batches, each divided by their number, under the gates of one pass."""
        drawn = repeated_gates(
            lambda: self._relaxation.gates(alphas, supernet_pass), supernet_pass.generator, len(batches)
        )
        for batch, gates in zip(batches, drawn, strict=True):
            yield self._loss_under(gates, batch) / len(batches)

    def eigenvalue(self, epoch: int) -> float:
        """Return the largest eigenvalue of the Hessian of the validation loss after an epoch, see ``Eigenvalue``."""
        measured = Eigenvalue(
            self._setup,
            self._data,
            (self._network, self.head),
            self._passes,
            self.supernet.architecture_parameters(),
            lambda batch, generator: self._architecture_loss(batch, generator, precision="float32"),
        )
        with self.supernet.running_cells_by(keep_maps):
            return measured.measure(epoch)

    def loss(
        self, batch: Batch, supernet_pass: SupernetPass, alphas: Alphas, *, precision: Precision | None = None
    ) -> Tensor:
        """Return the objective's loss of a prepared batch in one pass under ``alphas``.

        precision: in which it is computed, None for that of the training
        """
        return self._loss_under(self._relaxation.gates(alphas, supernet_pass), batch, precision=precision)

    def _loss_under(self, gates: Gates, batch: Batch, *, precision: Precision | None = None) -> Tensor:
        self._set_gates(gates)
        with computing_in(precision or self._precision, self._setup.device):
            features = self._trainee.features(batch, self._setup.objective)
            return self._setup.objective.loss(features, self.head, batch)

    def _set_gates(self, gates: Gates) -> None:
        """Let the network, and a slow copy of it in the head, compute under the same gates."""
        for network in self._gated:
            network.gates = gates

    @torch.no_grad()
    def shown(self, epoch: int, count: int) -> Sequence[Tensor]:
        """Return rows of images [B, C, H, W] that show what is learnt of ``count`` held-out ones; empty for none.

        epoch: the one that was trained last, counted from 0
        """
        self._set_judging_gates(epoch)
        batch = self._ready_to_judge(ImageBatch(self._data.held_out[0].images[:count]))
        with self._seeded(epoch), computing_in(self._precision, self._setup.device):
            features = self._trainee.features(batch, self._setup.objective)
            return self._setup.objective.shown(features, self.head, batch)

    @torch.no_grad()
    def best_of(self, candidates: Sequence[Any], epoch: int) -> Any:
        """Return the candidate whose loss on one batch is lowest, the first of equals; one of NaN is the highest.

        The batch is the first of the held-out images, or one of training images where labels can only be memorised. All
        candidates meet the same noise, and the noise that training goes on with is left as it is.

        epoch: the one that was trained last, counted from 0
        """
        held_out = self._setup.objective.held_out
        images = self._data.held_out[0] if held_out else next(iter(self._data.batches(Level.WEIGHTS, epoch, 1)))
        batch = self._ready_to_judge(images)
        losses = []
        for candidate in candidates:
            with self._seeded(epoch), self._passes.kept_noise():
                losses.append(self._loss_under(self.supernet.gates_of(candidate), batch))
        found = torch.stack(losses).nan_to_num(math.inf, math.inf).tolist()
        return candidates[found.index(min(found))]

    def _ready_to_judge(self, images: ImageBatch) -> Batch:
        """Return images prepared as those that are judged on, network and head in evaluation mode."""
        self._network.eval()
        self.head.eval()
        return self._setup.objective.prepare(images, self._setup.generator("judge"))

    def _set_judging_gates(self, epoch: int) -> None:
        judging = SupernetPass(Level.JUDGING, self._setup.chooser("judge", "gates", epoch))
        self._set_gates(self._relaxation.gates(detached(self.supernet.alphas), judging))

    def _judge(self, epoch: int, notes: EpochNotes) -> Losses:
        self._set_judging_gates(epoch)
        generator, context = self._setup.generator("judge"), self._setup.context()
        judged, objective = ObservedTrainee(self._network, self.head, mean=self._data.mean), self._setup.objective
        found = judge(judged, objective, self._data.held_out, generator, self._precision, context)
        training = mean_of(notes.weights)
        finding = find_state(objective, judged, training=training, guesses=notes.guesses, held_out=found.loss)
        return notes.losses(found.loss, found.accuracy, finding)


def detached(alphas: Alphas) -> Alphas:
    """Return the same values, through which no gradient reaches the parameters."""
    return Alphas(
        {name: values.detach() for name, values in alphas.operations.items()},
        {name: values.detach() for name, values in alphas.edges.items()},
    )
