"""A small set of regression proxy tasks, whose scores are joined."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from tasks.foundation.errors import UsageError
from tasks.foundation.fields import check_keys, items, located, record, refusal, settle, text
from tasks.regression.found_by import settle_found_by, with_found_by
from tasks.regression.proxy_task import ProxyTask, task_record
from tasks.regression.task_files import TASKS, read_task, task_from_record

if TYPE_CHECKING:
    from tasks.regression.sequence_task import SequenceTask

MOST_TASKS = 100


@dataclass(frozen=True)
class TaskSet:
    """Tasks that are different, in an order that is kept: all for images, or all for sequences.

    tasks: at least one, at most ``MOST_TASKS``
    found_by: how the set was found, as JSON; no part of what makes sets equal
    """

    name: str
    tasks: "tuple[ProxyTask | SequenceTask, ...]"
    found_by: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Check name and tasks; raises UsageError that says which task is at fault."""
        settle(
            self,
            name=text("name", self.name),
            tasks=items(TASKS, self.tasks),
            found_by=settle_found_by(self.found_by),
        )
        if not 1 <= len(self.tasks) <= MOST_TASKS:
            raise UsageError(f"tasks: 1 to {MOST_TASKS} are needed, got {len(self.tasks)}")
        for place, task in enumerate(self.tasks, start=1):
            if not _is_task(task):
                raise refusal(f"task {place}", task, "a ProxyTask or a SequenceTask is needed")
            if type(task) is not type(self.tasks[0]):
                raise UsageError(f"task {place}: one of tasks 1 and {place} is for images, the other for sequences")
        _check_different(self.tasks)

    def __len__(self) -> int:
        """Return the number of tasks."""
        return len(self.tasks)

    def to_json(self, *, indent: int | None = None) -> str:
        """Return text that ``from_json`` reads back as an equal set; one line unless ``indent`` is given."""
        fields = {"name": self.name, TASKS: [task.to_record() for task in self.tasks]}
        return json.dumps(with_found_by(fields, self.found_by), indent=indent)

    @classmethod
    def from_json(cls, source: str) -> Self:
        """Return the set that ``source`` describes; raises UsageError naming the task and the place of a fault."""
        given = task_record(source)
        check_keys(given, cls)
        tasks = enumerate(items(TASKS, given[TASKS]), start=1)
        return cls(**{**given, TASKS: tuple(_from_record(place, task) for place, task in tasks)})


def load_tasks(path: str) -> TaskSet:
    """Return the set of tasks in a JSON file, or the one task in it as a set of its name; raises UsageError."""
    return read_task(path, (), _set_from_json)


def _set_from_json(source: str) -> TaskSet:
    if TASKS in task_record(source):
        return TaskSet.from_json(source)
    task = task_from_record(task_record(source))
    return TaskSet(task.name, (replace(task, found_by=None),), task.found_by)


def _from_record(place: int, value: object) -> "ProxyTask | SequenceTask":
    with located(f"task {place}"):
        return task_from_record(record("task", value))


def _is_task(value: object) -> bool:
    if isinstance(value, ProxyTask):
        return True
    from tasks.regression.sequence_task import SequenceTask  # what few runs need

    return isinstance(value, SequenceTask)


def _check_different(tasks: "tuple[ProxyTask | SequenceTask, ...]") -> None:
    """Raise UsageError where two tasks are one under two names."""
    first: dict[object, int] = {}
    for place, task in enumerate(tasks, start=1):
        other = first.setdefault(replace(task, name="any"), place)
        if other != place:
            raise UsageError(f"tasks {other} and {place} are the same; each counts once")
