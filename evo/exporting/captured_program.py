"""A network as a program of torch's own operations, for batches of any size where that holds.

Letters: B batch, C channels, H height, W width, L length of a sequence, D values in each of its steps.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import nn
from torch.export import Dim, ExportedProgram

from evo.exporting.agreement import BATCHES, Spec, probes
from spaces import SequenceSpec
from spaces.cells.operations import NoiseOperation
from tasks.foundation.errors import UsageError, bounded, first_line

BATCH = "batch"
"""Name of the size that may differ from call to call."""
_TRACED = 3  # of a program's batch: torch takes 1 for a size of its own
_LONGEST_REASON = 200


@dataclass(frozen=True)
class CapturedProgram:
    """A program, and the reason why it takes batches of one input alone, None where it takes any."""

    program: ExportedProgram
    fixed: str | None

    @property
    def batches(self) -> tuple[int, ...]:
        """Sizes of batches that it is compared at."""
        return BATCHES if self.fixed is None else (1,)


def capture(network: nn.Module, spec: Spec, named: str) -> CapturedProgram:
    """Return the program of a network in evaluation mode, which stays as it is; named: the format it is for.

    Raises UsageError for operations that draw at random, and where torch can follow no batch.
    """
    check_repeatable(network, spec, named)
    own = deepcopy(network).cpu().eval()
    try:
        return CapturedProgram(_captured(own, spec, _TRACED, {batch_axis(spec): Dim(BATCH, min=1)}), None)
    except Exception as error:  # of whatever the layers do with shapes
        fixed = bounded(first_line(error), _LONGEST_REASON)
    try:
        return CapturedProgram(_captured(own, spec, 1, {}), fixed)
    except Exception as error:
        raise UsageError(
            f"--format {named}: torch.export cannot follow this network: {bounded(first_line(error), _LONGEST_REASON)}"
        ) from error


def batch_axis(spec: Spec) -> int:
    """Return which axis of an input is the batch's: the first of images, the second of sequences."""
    return 1 if isinstance(spec, SequenceSpec) else 0


def check_repeatable(network: nn.Module, spec: Spec, named: str) -> None:
    """Raise UsageError, with what draws at random, where a network has other outputs every time."""
    noisy = [name for name, module in network.named_modules() if isinstance(module, NoiseOperation)]
    if noisy:
        raise UsageError(
            f"--format {named}: this candidate has {len(noisy)} noise operation{'s' * (len(noisy) > 1)} "
            f"({noisy[0]}{', ...' * (len(noisy) > 1)}), whose outputs are others in every call, so that no file can be "
            "compared with it; name a candidate without noise by --candidate"
        )
    own = deepcopy(network).cpu().eval()
    x = next(probes(spec))
    with torch.no_grad():
        if not torch.equal(own(x), own(x)):
            raise UsageError(
                f"--format {named}: this network's outputs are others in every call, or no numbers, also in evaluation "
                "mode, so that no file can be compared with it"
            )


@contextmanager
def silenced() -> Iterator[None]:
    """Keep the warnings of torch's exporters to themselves: they are about torch's own insides."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _captured(network: nn.Module, spec: Spec, batch: int, axes: dict[int, Dim]) -> ExportedProgram:
    (x,) = probes(spec, (batch,))
    with torch.no_grad(), silenced():
        program = torch.export.export(network, (x,), dynamic_shapes=(axes,), strict=False)
    for node in program.graph.nodes:  # which name files of the machine
        node.meta.pop("stack_trace", None)
    return program
