"""Small sets of regression tasks as candidates: networks are ranked by what all tasks of a set say together."""

from collections.abc import Sequence
from typing import Any, final

import numpy as np

from spaces.base import SequenceSpec
from spaces.drawing.diagram import Diagram
from spaces.proxy_tasks.blocks_space import LONGEST_TEXT, SEARCHED, RegressionTasks
from spaces.proxy_tasks.diagram import one_after_the_other
from spaces.proxy_tasks.sequence_space import SequenceTasks
from spaces.proxy_tasks.space import ProxyTasks
from tasks import ProxyTask, SequenceTask, TaskSet
from tasks.foundation.errors import bounded
from tasks.foundation.ranges import check_range

MOST_TASKS = 10
_JOINT = "+"
_LONGEST_SAID = 300

Task = ProxyTask | SequenceTask


class TaskSets:
    """Sets of one to ``max_tasks`` different tasks of another space; a candidate is a set in the order of its texts.

    The text of a set is those of its tasks with ``+`` between them, so that each task's own text is that of the set of
    it alone; so are the shipped tasks, as ``preset=N+preset=R``. A set with a task more or less is a neighbour.
    """

    def __init__(self, tasks: RegressionTasks[Any], max_tasks: int) -> None:
        """Take the space of the tasks; raises UsageError for a number of tasks that is not from 1 to MOST_TASKS."""
        check_range("space.max_tasks", max_tasks, 1, MOST_TASKS)
        self._tasks = tasks
        self._most = max_tasks

    def sample(self, rng: np.random.Generator) -> TaskSet:
        """Return a set, every number of tasks as likely as another, and every task drawn anew."""
        tasks: list[Task] = []
        for _ in range(rng.integers(1, self._most + 1)):
            tasks.append(self._another(tasks, rng))
        return self._set(tasks)

    def mutate(self, candidate: TaskSet, rng: np.random.Generator) -> TaskSet:
        """Return a set of which one task is mutated, left out or new: what of these can be, each as likely.

        Which task is mutated or left out is drawn as well.
        """
        changes = [self._mutated]
        if len(candidate) > 1:
            changes.append(_thinned)
        if len(candidate) < self._most:
            changes.append(self._grown)
        change = changes[rng.integers(len(changes))]
        return self._set(change(candidate.tasks, rng))

    def encode(self, candidate: TaskSet) -> str:
        """Return the texts of all tasks in their order."""
        return _JOINT.join(sorted(map(self._tasks.encode, candidate.tasks)))

    def decode(self, text: str) -> TaskSet:
        """Return the set of a text; raises ValueError saying which task is wrong, or how to order them."""
        longest = self._most * (LONGEST_TEXT + len(_JOINT))
        if len(text) > longest:
            raise ValueError(f"a text of {len(text):,} characters; a set has at most {longest:,}")
        parts = text.split(_JOINT)
        if len(parts) > self._most:
            raise ValueError(f"{len(parts)} tasks; at most {self._most} are searched, see space.max_tasks")
        if parts != sorted(parts):
            right = bounded(repr(_JOINT.join(sorted(parts))), _LONGEST_SAID)
            raise ValueError(f"the tasks of a set are written in the order of their texts: {right}")
        tasks = [self._read(place, part) for place, part in enumerate(parts, start=1)]
        if len(set(map(self._tasks.key, tasks))) < len(tasks):
            raise ValueError("two tasks of the set are the same; each counts once, leave one out")
        return TaskSet(SEARCHED, tuple(tasks))

    def key(self, candidate: TaskSet) -> str:
        """Return the blocks of all tasks, also of shipped ones, in an order of their own."""
        return _JOINT.join(sorted(map(self._tasks.key, candidate.tasks)))

    def diagram(self, candidate: TaskSet) -> Diagram:
        """Return the signals of one task after the other."""
        return one_after_the_other(
            f"set of {len(candidate)} proxy tasks", list(map(self._tasks.diagram, candidate.tasks))
        )

    def to_task(self, candidate: TaskSet) -> TaskSet:
        """Return the candidate itself; its ``to_json()`` is a file that the fitness ``consensus`` takes as members."""
        return candidate

    def _set(self, tasks: Sequence[Task]) -> TaskSet:
        return TaskSet(SEARCHED, tuple(sorted(tasks, key=self._tasks.encode)))

    def _read(self, place: int, text: str) -> Task:
        try:
            task: Task = self._tasks.decode(text)
        except ValueError as error:
            raise ValueError(f"task {place}: {error}") from error
        return task

    def _mutated(self, tasks: Sequence[Task], rng: np.random.Generator) -> list[Task]:
        place = int(rng.integers(len(tasks)))
        others = [*tasks[:place], *tasks[place + 1 :]]
        return [*others, self._another(others, rng, of=tasks[place])]

    def _grown(self, tasks: Sequence[Task], rng: np.random.Generator) -> list[Task]:
        return [*tasks, self._another(tasks, rng)]

    def _another(self, tasks: Sequence[Task], rng: np.random.Generator, *, of: Task | None = None) -> Task:
        """Return a new task, or a mutation of one, that is none of these."""
        keys = set(map(self._tasks.key, tasks))
        while True:
            task: Task = self._tasks.sample(rng) if of is None else self._tasks.mutate(of, rng)
            if self._tasks.key(task) not in keys:
                return task


def _thinned(tasks: Sequence[Task], rng: np.random.Generator) -> list[Task]:
    place = int(rng.integers(len(tasks)))
    return [*tasks[:place], *tasks[place + 1 :]]


@final
class ProxyTaskSets(TaskSets):
    """Sets of the tasks of ``proxy_tasks``, for networks that read images."""

    def __init__(self, *, max_tasks: int = 3, mutation_probability: float = 0.2) -> None:
        """Set how many tasks a set has at most, and how likely a mutated task has a block drawn anew.

        Raises ValueError unless these are from 1 to 10, and from 0.01 to 1.
        """
        super().__init__(ProxyTasks(mutation_probability=mutation_probability), max_tasks)


@final
class SequenceTaskSets(TaskSets):
    """Sets of the tasks of ``proxy_tasks_nlp``, for recurrent networks."""

    reads = SequenceSpec

    def __init__(self, *, max_tasks: int = 3, mutation_probability: float = 0.2) -> None:
        """Set the same as of ProxyTaskSets; raises ValueError."""
        super().__init__(SequenceTasks(mutation_probability=mutation_probability), max_tasks)
