"""How a supernet runs its relaxed cells: maps inside a cell are kept for the backward pass, or computed again there.

What is computed again is bit by bit what was computed first (Chen et al., 2016, "Training Deep Nets with Sublinear
Memory Cost"): under the same gates, modes and precision, with the same draws. It changes nothing that one pass does
not: running statistics move once, noise and generators stand where they stood.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.overrides import TorchFunctionMode, _get_current_function_mode_stack
from torch.utils.checkpoint import checkpoint

from spaces.supernet.mixed_edge import EdgeGates


class CellPass(Protocol):
    """Runs relaxed cells, which map inputs [B, C, H, W] and the gates of all edges to maps."""

    def __call__(self, cell: nn.Module, inputs: Sequence[Tensor], gates: Sequence[EdgeGates]) -> Any:
        """Return what ``cell(inputs, gates)`` does."""
        ...


def keep_maps(cell: nn.Module, inputs: Sequence[Tensor], gates: Sequence[EdgeGates]) -> Any:
    """Run a cell as it is: autograd keeps what it needs of its maps until the backward pass."""
    return cell(inputs, gates)


class RecomputedMaps:
    """Runs cells of which only inputs and outputs are kept; the backward pass runs each once more, when it gets there.

    A pass without gradients is as usual. Gradients that are to be differentiated again keep all maps anyhow: there
    this costs time for nothing.
    """

    def __init__(self) -> None:
        """Know no cells yet."""
        self._parts: dict[nn.Module, ChangingParts] = {}

    def __call__(self, cell: nn.Module, inputs: Sequence[Tensor], gates: Sequence[EdgeGates]) -> Any:
        """Return what ``cell(inputs, gates)`` does."""
        if not torch.is_grad_enabled():
            return cell(inputs, gates)
        if cell not in self._parts:
            self._parts[cell] = ChangingParts.of(cell)
        repetition = _Repetition(self._parts[cell], gates)
        return checkpoint(
            lambda *maps: cell(maps, gates),
            *inputs,
            use_reentrant=False,
            context_fn=lambda: (nullcontext(), repetition),
        )


@dataclass(frozen=True, eq=False)
class ChangingParts:
    """The parts of networks that a pass changes: batch norms with running statistics, and noise that goes on.

    Only the parts that the networks have when this is made are known.
    """

    norms: Sequence[_BatchNorm]
    noisy: Sequence[nn.Module]

    @classmethod
    def of(cls, *networks: nn.Module) -> "ChangingParts":
        """Look for these parts in the networks; in large ones that takes some milliseconds, so do it once."""
        modules = [module for network in networks for module in network.modules()]
        return cls(
            [part for part in modules if isinstance(part, _BatchNorm)],
            [part for part in modules if type(part).get_extra_state is not nn.Module.get_extra_state],
        )

    def noise(self) -> list[Any]:
        """Return where all noise stands."""
        return [part.get_extra_state() for part in self.noisy]

    def set_noise(self, states: Sequence[Any]) -> None:
        """Put noise back to where it stood."""
        for part, state in zip(self.noisy, states, strict=True):
            part.set_extra_state(state)


class _Repetition:
    """A block, entered any number of times, in which a cell computes what it is about to compute where this is made.

    Precision and torch's default generators are put back by ``checkpoint`` itself.
    """

    def __init__(self, parts: ChangingParts, gates: Sequence[EdgeGates]) -> None:
        self._parts = parts
        self._noise = parts.noise()
        self._tracking = [norm.track_running_stats for norm in parts.norms]
        self._generators = list({gate.dropping.generator for gate in gates if gate.dropping})
        self._drawn = [generator.get_state() for generator in self._generators]
        self._modes = _active_modes()  # what re-masks the maps of every convolution, say

    def __enter__(self) -> None:
        self._left = ExitStack()
        for mode in self._modes:
            if mode not in _active_modes():
                self._left.enter_context(mode)
        for generator, drawn in zip(self._generators, self._drawn, strict=True):
            self._left.callback(generator.set_state, generator.get_state())
            generator.set_state(drawn)
        self._left.callback(self._parts.set_noise, self._parts.noise())
        self._parts.set_noise(self._noise)
        for norm, tracking in zip(self._parts.norms, self._tracking, strict=True):
            self._left.callback(_restore, norm, norm.track_running_stats, norm.momentum, norm.num_batches_tracked)
            _hold(norm, tracking)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._left.close()


def _active_modes() -> list[TorchFunctionMode]:
    """Return what sees calls of torch's functions now, the outermost first."""
    return list(_get_current_function_mode_stack())  # type: ignore[no-untyped-call]


def _hold(norm: _BatchNorm, tracking: bool) -> None:
    """Let a norm go through the motions of a pass, and leave its running statistics as they are.

    Not to track them would do the same, but then other tensors were kept for the backward pass than the first time.
    """
    norm.track_running_stats, norm.momentum, norm.num_batches_tracked = tracking, 0.0, None


def _restore(norm: _BatchNorm, tracking: bool, momentum: float | None, batches: Tensor | None) -> None:
    norm.track_running_stats, norm.momentum, norm.num_batches_tracked = tracking, momentum, batches
