"""The proxy tasks for recurrent networks, as GenNAS searches them (Li et al., 2021, section 3.3).

Blocks: the noise, the values per step, and each of four bases of the sequences that are read and of those that are
predicted. The published batch has one size, 16, and is no choice. Letters: L steps, D values per step.
"""

from typing import cast, final

import numpy as np

from spaces.base import SequenceSpec
from spaces.cells.text import split_fields
from spaces.drawing.diagram import Diagram
from spaces.proxy_tasks.basis_blocks import BasisBlocks, regenerate_noise
from spaces.proxy_tasks.basis_text import read_bases, read_choice, read_noise, write_bases, write_noise
from spaces.proxy_tasks.blocks_space import SEARCHED, RegressionTasks
from spaces.proxy_tasks.diagram import sequence_task_diagram
from tasks import Basis, Dot, GDot, Noise, SequenceTask, SheetBasis, Sin1D, Sin2D, located, sequence_preset_names

DIMENSIONS = (16, 32, 48, 64, 80, 96)

_BLANK = SequenceTask(SEARCHED, Noise(), (), ())


@final
class SequenceTasks(RegressionTasks[SequenceTask]):
    """The space of tasks with 16 pairs of sequences of 8 steps, each with maps of its own.

    Both tensors have a basis: without one there is nothing to read, or nothing to predict.
    """

    reads = SequenceSpec

    def __init__(self, *, mutation_probability: float = 0.2) -> None:
        """Set how likely mutation draws a block anew; raises ValueError unless it is from 0.01 to 1."""
        super().__init__(_BLANK, sequence_preset_names, mutation_probability)

    def diagram(self, candidate: SequenceTask) -> Diagram:
        """Return the signals that are read and predicted."""
        return sequence_task_diagram(candidate, self.title(candidate))

    def _regenerate(self, task: SequenceTask, probability: float, rng: np.random.Generator) -> SequenceTask:
        noise = regenerate_noise(task.noise, probability, rng)
        again = rng.random() < probability
        dimension = DIMENSIONS[rng.integers(len(DIMENSIONS))] if again else task.dimension
        blocks = _blocks(dimension)
        read, predicted = (_sheets(blocks.regenerate(bases, probability, rng)) for bases in (task.input, task.target))
        return SequenceTask(SEARCHED, noise, read, predicted, dimension=dimension)

    def _lack(self, task: SequenceTask) -> str | None:
        if task.input and task.target:
            return None
        return f"the {'target' if task.input else 'input'} has no basis"

    def _write(self, task: SequenceTask) -> str:
        blocks = _blocks(task.dimension)
        tensors = [",".join(write_bases(bases, blocks)) for bases in (task.input, task.target)]
        noise = write_noise(task.noise)
        return f"noise={noise}:dimension={task.dimension}:input={tensors[0]}:target={tensors[1]}"

    def _read(self, text: str) -> SequenceTask:
        noise, size, *tensors = split_fields(text, ("noise", "dimension", "input", "target"))
        dimension = int(read_choice("dimension", size, DIMENSIONS))
        read, predicted = (
            _read_tensor(name, tensor, _blocks(dimension))
            for name, tensor in zip(("input", "target"), tensors, strict=True)
        )
        return SequenceTask(SEARCHED, read_noise(noise), read, predicted, dimension=dimension)


def _blocks(dimension: int) -> BasisBlocks:
    return BasisBlocks((Sin1D, Sin2D, Dot, GDot), _BLANK.length, dimension, always_local=True)


def _sheets(bases: tuple[Basis, ...]) -> tuple[SheetBasis, ...]:
    return cast(tuple[SheetBasis, ...], bases)  # by the kinds of ``_blocks``


def _read_tensor(name: str, text: str, blocks: BasisBlocks) -> tuple[SheetBasis, ...]:
    with located(name):
        return _sheets(read_bases(text.split(",") if text else [], blocks))
