"""The proxy tasks for networks that read images, as GenNAS searches them (Li et al., 2021, section 3.3).

Blocks: the noise, and for each of the three stages its channels and each of five bases. The published batch has one
size, 16, and is no choice.
"""

from typing import final

import numpy as np

from spaces.cells.text import split_fields
from spaces.drawing.diagram import Diagram
from spaces.proxy_tasks.basis_blocks import BasisBlocks, regenerate_noise
from spaces.proxy_tasks.basis_text import read_bases, read_choice, read_noise, write_bases, write_noise
from spaces.proxy_tasks.blocks_space import SEARCHED, RegressionTasks
from spaces.proxy_tasks.diagram import proxy_task_diagram
from tasks.foundation.fields import located
from tasks.regression.proxy_task import NUM_STAGES, Noise, ProxyTask, StageTask
from tasks.regression.signal_bases import Dot, GDot, Resize, Sin1D, Sin2D
from tasks.regression.task_files import preset_names

CHANNEL_RATIOS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5)

_STAGES = tuple(f"stage{number}" for number in range(1, NUM_STAGES + 1))
_BLANK = ProxyTask(SEARCHED, Noise(), (StageTask(1.0),) * NUM_STAGES)
# In the order of the shipped tasks: targets depend on it, as they are drawn one after the other.
_BASES = BasisBlocks((Sin1D, Sin2D, Resize, Dot, GDot), _BLANK.output_size, _BLANK.output_size)


@final
class ProxyTasks(RegressionTasks[ProxyTask]):
    """The space of tasks with 16 images, three targets of 8x8 pixels and 16 to 96 channels.

    A stage without a basis has an all-zero target, as one of 32 has in the published search. What is left out is the
    task in which no stage has any.
    """

    def __init__(self, *, mutation_probability: float = 0.2) -> None:
        """Set how likely mutation draws a block anew; raises ValueError unless it is from 0.01 to 1."""
        super().__init__(_BLANK, preset_names, mutation_probability)

    def diagram(self, candidate: ProxyTask) -> Diagram:
        """Return the signals of a task, stage by stage."""
        return proxy_task_diagram(candidate, self.title(candidate))

    def _regenerate(self, task: ProxyTask, probability: float, rng: np.random.Generator) -> ProxyTask:
        noise = regenerate_noise(task.noise, probability, rng)
        return ProxyTask(SEARCHED, noise, tuple(_regenerate_stage(stage, probability, rng) for stage in task.stages))

    def _lack(self, task: ProxyTask) -> str | None:
        return None if any(stage.bases for stage in task.stages) else "no stage has a basis"

    def _write(self, task: ProxyTask) -> str:
        stages = zip(_STAGES, task.stages, strict=True)
        texts = [f"noise={write_noise(task.noise)}", *(f"{name}={_write_stage(stage)}" for name, stage in stages)]
        if task.stage_weights:  # a preset's; none is searched
            texts.append(f"weights={','.join(map(str, task.stage_weights))}")
        return ":".join(texts)

    def _read(self, text: str) -> ProxyTask:
        noise, *stages = split_fields(text, ("noise", *_STAGES))
        named = zip(_STAGES, stages, strict=True)
        return ProxyTask(SEARCHED, read_noise(noise), tuple(_read_stage(name, stage) for name, stage in named))


def _regenerate_stage(stage: StageTask, probability: float, rng: np.random.Generator) -> StageTask:
    again = rng.random() < probability
    ratio = CHANNEL_RATIOS[rng.integers(len(CHANNEL_RATIOS))] if again else stage.channel_ratio
    return StageTask(ratio, _BASES.regenerate(stage.bases, probability, rng))


def _write_stage(stage: StageTask) -> str:
    return ",".join([str(stage.channel_ratio), *write_bases(stage.bases, _BASES)])


def _read_stage(name: str, text: str) -> StageTask:
    ratio, *words = text.split(",")
    with located(name):
        return StageTask(read_choice("channel_ratio", ratio, CHANNEL_RATIOS), read_bases(words, _BASES))
