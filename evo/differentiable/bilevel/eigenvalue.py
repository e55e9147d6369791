"""How sharply the validation loss bends by the architecture parameters, by which R-DARTS ends (Zela et al., 2020)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from evo.differentiable.bilevel.curvature import dominant_eigenvalue
from evo.differentiable.bilevel.pass_state import PassState
from evo.differentiable.bilevel.supernet_data import SupernetData, SupernetSetup
from evo.differentiable.relaxations.base import Level
from fitness import seeded
from tasks import Batch


@dataclass(frozen=True, eq=False)
class Eigenvalue:
    """The largest eigenvalue of the Hessian of the validation loss, by architecture parameters, on one batch.

    The batch is the same one at every measurement, of the half that these parameters are trained on.

    parts: the networks that the loss passes through; passes: what a pass leaves behind in them
    parameters: by which the loss is differentiated
    loss: of a prepared batch, in float32; gates draw from the generator
    """

    setup: SupernetSetup
    data: SupernetData
    parts: Sequence[nn.Module]
    passes: PassState
    parameters: Sequence[Tensor]
    loss: Callable[[Batch, torch.Generator], Tensor]

    def measure(self, epoch: int) -> float:
        """Return it as ``eigenvalue_mode`` has it, after an epoch, from which all draws derive; NaN if not finite.

        Where the loss does not depend on the parameters it is 0, and in training mode their weight decay. Running
        statistics, modes and torch's own generators stay as they are, and in training mode noise does too; in
        evaluation mode it goes on by a pass.
        """
        settings = self.setup.settings
        trains = settings.eigenvalue_mode == "train"
        drawn, generator = (self.setup.generator("curvature", of) for of in ("pictures", epoch))
        images = next(iter(self.data.batches(Level.ARCHITECTURE, 0, 1)))
        batch = self.setup.objective.prepare(images, drawn)
        with self._in_mode(trains), seeded(generator.initial_seed(), self.setup.device), self._noise(trains):
            loss = self.passes.repeatable(lambda: self.loss(batch, generator), generator)
            found = dominant_eigenvalue(loss, self.parameters, generator=generator)
        # decay / 2 x |parameters|^2 adds its factor to every eigenvalue
        return found + settings.architecture_decay if trains else found

    def _noise(self, trains: bool) -> AbstractContextManager[None]:
        return self.passes.kept_noise() if trains else nullcontext()  # so go on what began without the other mode

    @contextmanager
    def _in_mode(self, trains: bool) -> Iterator[None]:
        before = [part.training for part in self.parts]
        try:
            for part in self.parts:
                part.train(trains)
            yield
        finally:
            for part, trained in zip(self.parts, before, strict=True):
                part.train(trained)
