"""Where one task is needed: a shipped one, a JSON file or text of one, or of a set that holds no other."""

from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.regression.proxy_task import ProxyTask, task_record
from tasks.regression.task_files import TASKS, preset_names, read_task, sequence_preset_names, task_from_record
from tasks.regression.task_set import TaskSet

if TYPE_CHECKING:
    from tasks.regression.sequence_task import SequenceTask


def load_any_task(source: str) -> "ProxyTask | SequenceTask":
    """Return a preset by name, in any case, or the task in a JSON file or text; raises UsageError for none of these."""
    if source.lstrip().startswith("{"):
        return task_from_json(source)
    return read_task(source, (*preset_names(), *sequence_preset_names()), task_from_json)


def task_from_json(source: str) -> "ProxyTask | SequenceTask":
    """Return the task that ``source`` describes, for sequences if it says ``target``, or the only one of a set.

    It is found as the set was, unless it says so itself. Raises UsageError, also for a set of several tasks.
    """
    given = task_record(source)
    if TASKS in given:
        held = TaskSet.from_json(source)
        if len(held) == 1:
            return replace(held.tasks[0], found_by=held.tasks[0].found_by or held.found_by)
    return task_from_record(given)
