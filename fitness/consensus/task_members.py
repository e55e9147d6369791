"""Members of a consensus that are the proxy tasks of a file: one regression each."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace

from tasks import ProxyTask, SequenceTask, load_any_task, load_tasks, preset_names, sequence_preset_names

REGRESSION = "regression"
_SUFFIX = ".json"
_LONGEST_NAME, _DIGITS = 40, 8


def is_task_file(member: str) -> bool:
    """Return whether a member is written as a file of tasks is called: no name of a fitness ends like one."""
    return member.strip().casefold().endswith(_SUFFIX)


def tasks_in(path: str) -> list[dict[str, object]]:
    """Return the options of ``regression`` for each task of a file: its name where it is shipped, else what it says.

    Raises UsageError for a file that is none of tasks.
    """
    return [{"task": _written(task)} for task in load_tasks(path.strip()).tasks]


def short_task(name: str, options: Mapping[str, object]) -> Mapping[str, object]:
    """Return the options of a fitness, a task that is spelt out among them as its name and a digest, ``mine~3f2a9c1b``.

    Of any other fitness than ``regression``, and of a shipped task, the options are returned as they are.
    """
    text = str(options.get("task", ""))
    if name != REGRESSION or not text.startswith("{"):
        return options
    called = re.sub(r"[^\w.-]+", "_", load_any_task(text).name, flags=re.ASCII)[:_LONGEST_NAME]
    return {**options, "task": f"{called}~{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"}


def _written(task: ProxyTask | SequenceTask) -> str:
    if task.name in (*preset_names(), *sequence_preset_names()) and load_any_task(task.name) == task:
        return task.name
    return replace(task, found_by=None).to_json()
