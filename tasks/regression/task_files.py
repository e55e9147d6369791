"""Where proxy tasks are read from: those shipped under a name, and users' JSON files.

Tasks for sequences, which few runs need, are imported when one is read.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tasks.foundation.errors import UsageError, unknown_name
from tasks.foundation.fields import located
from tasks.foundation.plain_files import read_plain_text
from tasks.regression.proxy_task import ProxyTask

if TYPE_CHECKING:
    from tasks.regression.sequence_task import SequenceTask

SEQUENCE_PREFIX = "nlp_"
"""What the names of shipped tasks for sequences start with."""

TASKS = "tasks"
"""The key by which a set of tasks is told from one."""

TaskT = TypeVar("TaskT")


def preset_names() -> list[str]:
    """Return the names of the tasks for images that are shipped."""
    return [name for name in _shipped() if not name.startswith(SEQUENCE_PREFIX)]


def sequence_preset_names() -> list[str]:
    """Return the names of the tasks for sequences that are shipped."""
    return [name for name in _shipped() if name.startswith(SEQUENCE_PREFIX)]


def load_task(source: str) -> ProxyTask:
    """Return a preset by name, in any case, or the task in a JSON file; raises UsageError for neither."""
    return read_task(source, preset_names(), ProxyTask.from_json)


def task_from_record(given: Mapping[str, Any]) -> "ProxyTask | SequenceTask":
    """Return the task of a JSON object, for sequences if it says ``target``; raises UsageError, also for a set."""
    if TASKS in given:
        raise UsageError(
            "holds a set of tasks, and one task is needed; consensus(members=FILE) joins what all of them say"
        )
    if "target" not in given:
        return ProxyTask.from_record(given)
    from tasks.regression.sequence_task import SequenceTask

    return SequenceTask.from_record(given)


def sequence_counterpart(source: str) -> "SequenceTask | None":
    """Return the preset for sequences that belongs to a name for images, e.g. ``nlp_combo`` to ``combo``, or None."""
    from tasks.regression.sequence_task import SequenceTask

    name = f"{SEQUENCE_PREFIX}{source.casefold()}"
    shipped = sequence_preset_names()
    return read_task(name, shipped, SequenceTask.from_json) if name in shipped else None


def read_task(source: str, names: Iterable[str], parse: Callable[[str], TaskT]) -> TaskT:
    """Return what ``parse`` makes of a preset among ``names``, in any case, or of a JSON file.

    Raises UsageError where ``source`` is neither, or what ``parse`` raises, with the file's name before it.
    """
    presets = {name.casefold(): name for name in names}
    if source.casefold() in presets:
        return parse(_presets().joinpath(f"{presets[source.casefold()]}.json").read_text("utf-8"))
    path = Path(source)
    if not _is_file(path):
        _check_absent(path)
        if path.suffix == ".json" or len(path.parts) > 1:
            known = f" (presets: {', '.join(sorted(presets.values()))})" if presets else ""
            raise UsageError(f"task file {source!r} does not exist{known}")
        raise unknown_name("task", source, presets.values())
    with located(f"task file {source!r}"):
        return parse(_read(path))


def _shipped() -> list[str]:
    return sorted(Path(entry.name).stem for entry in _presets().iterdir() if entry.name.endswith(".json"))


def _presets() -> Traversable:
    return files("tasks") / "presets"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # longer than a name can be
        return False


def _check_absent(path: Path) -> None:
    """Raise UsageError where something else than a file is there, e.g. a folder, that is written like a file."""
    if path.suffix == ".json" and os.path.lexists(path):
        raise UsageError(f"task file {str(path)!r}: is no file, but a folder, a pipe or a link to nothing; give a file")


def _read(path: Path) -> str:
    try:
        return read_plain_text(path)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read: {error}") from error
