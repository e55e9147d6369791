"""What the spaces of regression tasks share: a task is made of blocks, each drawn on its own (Li et al., 2021)."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import numpy as np

from spaces.drawing.diagram import Diagram
from spaces.proxy_tasks.published import PRESET
from tasks import ProxyTask, SequenceTask, load_any_task, unknown_name

SEARCHED = "searched"
"""The name of every task but the shipped ones."""

LONGEST_TEXT = 1_000
"""Characters of a task; the longest that is written has some 730."""
_LEAST_PROBABILITY = 0.01  # below it, most of mutation's time goes into children that equal their parent

TaskT = TypeVar("TaskT", bound=ProxyTask | SequenceTask)


class RegressionTasks(ABC, Generic[TaskT]):
    """Regression tasks; a candidate is a task.

    Members have the values that are searched, and are named SEARCHED. The shipped tasks are candidates, too, to be
    compared with: their text is ``preset=NAME``. Of a preset's children all that is no block has its usual value.

    No task without a basis, as the space puts it, is ever sampled, mutated to or decoded. It is drawn again as a whole:
    all other tasks stay as likely, relative to each other, as published.
    """

    def __init__(self, blank: TaskT, presets: Callable[[], Sequence[str]], mutation_probability: float) -> None:
        """Take a task whose every block is off, the names of shipped tasks, and how likely a block is drawn anew.

        Raises ValueError for a probability that is not from 0.01 to 1.
        """
        if not _LEAST_PROBABILITY <= mutation_probability <= 1:
            raise ValueError(
                f"mutation_probability is {mutation_probability}; from {_LEAST_PROBABILITY} to 1 is needed"
            )
        self._blank = blank
        self._presets = presets
        self._probability = mutation_probability

    def sample(self, rng: np.random.Generator) -> TaskT:
        """Return a task of which every block is drawn anew."""
        return self._draw(self._blank, 1.0, rng)

    def mutate(self, candidate: TaskT, rng: np.random.Generator) -> TaskT:
        """Return another task: each block drawn anew with the space's probability, all again until one differs."""
        return self._draw(self._regenerate(candidate, 0.0, rng), self._probability, rng)

    def encode(self, candidate: TaskT) -> str:
        """Return the blocks in order, or ``preset=NAME`` for a shipped task."""
        return self._write(candidate) if candidate.name == SEARCHED else f"{PRESET}{candidate.name}"

    def decode(self, text: str) -> TaskT:
        """Return the task of a text; raises ValueError naming the part that is wrong, or what the task lacks."""
        if len(text) > LONGEST_TEXT:
            raise ValueError(f"a text of {len(text):,} characters; a task has at most {LONGEST_TEXT:,}")
        if text.startswith(PRESET):
            return self._preset(text.removeprefix(PRESET))
        task = self._read(text)
        if lack := self._lack(task):
            raise ValueError(f"{lack}; such a task ranks nothing, give it one")
        return task

    def key(self, candidate: TaskT) -> str:
        """Return the blocks in order, also for a shipped task."""
        return self._write(candidate)

    def title(self, candidate: TaskT) -> str:
        """Return what a diagram calls a task."""
        return "proxy task" if candidate.name == SEARCHED else f"proxy task {candidate.name}"

    def to_task(self, candidate: TaskT) -> TaskT:
        """Return the candidate itself; its ``to_json()`` is a file that the fitness ``regression`` takes."""
        return candidate

    def _draw(self, start: TaskT, probability: float, rng: np.random.Generator) -> TaskT:
        """Return ``start`` with blocks drawn anew, until it is another task that lacks nothing."""
        while True:
            task = self._regenerate(start, probability, rng)
            if task != start and not self._lack(task):
                return task

    def _preset(self, name: str) -> TaskT:
        if name not in self._presets():
            raise unknown_name("preset", name, self._presets())
        task = load_any_task(name)
        assert isinstance(task, type(self._blank))
        return task

    @abstractmethod
    def diagram(self, candidate: TaskT) -> Diagram:
        """Return the signals of a task."""

    @abstractmethod
    def _regenerate(self, task: TaskT, probability: float, rng: np.random.Generator) -> TaskT:
        """Return a task named SEARCHED, each block drawn anew with ``probability`` and kept as ``task`` has it if not.

        With probability 0 that is the task itself, or a shipped one with its values as this space writes them.
        """

    @abstractmethod
    def _lack(self, task: TaskT) -> str | None:
        """Return which basis is missing without which a task can rank nothing, or None."""

    @abstractmethod
    def _write(self, task: TaskT) -> str:
        """Return all blocks of a task, one text for each task."""

    @abstractmethod
    def _read(self, text: str) -> TaskT:
        """Return the task that ``_write`` wrote; raises ValueError for any other text."""
