"""What a pass through a network leaves behind, and passes that can be repeated."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from spaces import ChangingParts

Loss = Callable[[], Tensor]
"""A pass through a network up to its loss, a scalar."""

Parts = Callable[[], Iterator[Tensor]]
"""Passes up to parts of a loss, one for each micro-batch, whose sum is the loss.

Each is followed back before the next is asked for, so that the maps of one alone are held.
"""


class PassState:
    """The parts of networks that a pass changes: running statistics of batch norms, and noise that goes on.

    Only the parts that the networks have now are known.
    """

    def __init__(self, *networks: nn.Module) -> None:
        """Look for these parts in the networks."""
        self._parts = ChangingParts.of(*networks)

    def repeatable(self, loss: Loss, *generators: torch.Generator) -> Loss:
        """Return the loss as a function of parameters alone: for equal parameters every call returns the same.

        Each call draws noise, and numbers of these generators, from where they stand now; afterwards they stand where
        one pass leaves them. Running statistics stay as they are.
        """
        rewind = self._rewinding(generators)

        def repeated() -> Tensor:
            rewind()
            with self.frozen_statistics():
                return loss()

        return repeated

    def repeatable_parts(self, parts: Parts, *generators: torch.Generator) -> Parts:
        """Return the same of a loss in parts, which are asked for until there are no more."""
        rewind = self._rewinding(generators)

        def repeated() -> Iterator[Tensor]:
            rewind()
            with self.frozen_statistics():
                yield from parts()

        return repeated

    def _rewinding(self, generators: Sequence[torch.Generator]) -> Callable[[], None]:
        """Return what puts noise and generators back to where they stand now."""
        noise = self._parts.noise()
        drawn = [generator.get_state() for generator in generators]

        def rewind() -> None:
            self._parts.set_noise(noise)
            for generator, state in zip(generators, drawn, strict=True):
                generator.set_state(state)

        return rewind

    @contextmanager
    def kept_noise(self) -> Iterator[None]:
        """Let passes in the block draw the noise that is next, and leave it to those after the block as well."""
        noise = self._parts.noise()
        try:
            yield
        finally:
            self._parts.set_noise(noise)

    @contextmanager
    def frozen_statistics(self) -> Iterator[None]:
        """Let passes in the block compute what they would otherwise, and change no running statistics.

        A batch norm that does not track them neither updates nor copies anything: it costs no more than usual.
        """
        tracking = [norm.track_running_stats for norm in self._parts.norms]
        try:
            for norm in self._parts.norms:
                norm.track_running_stats = False
            yield
        finally:
            for norm, before in zip(self._parts.norms, tracking, strict=True):
                norm.track_running_stats = before
