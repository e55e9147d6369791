"""Catches: a set that is read as one task, a set of one task that nothing takes, or that forgets how it was found."""

from dataclasses import replace
from pathlib import Path

import pytest

from tasks import ProxyTask, SequenceTask, TaskSet, UsageError
from tasks.regression.one_task import load_any_task, task_from_json

N, D = load_any_task("N"), load_any_task("D")
ORIGIN = {"space": "proxy_task_sets", "trial": 3}


def test_presets_of_both_kinds_are_found() -> None:
    assert isinstance(load_any_task("COMBO"), ProxyTask)
    assert isinstance(load_any_task("nlp_combo"), SequenceTask)
    with pytest.raises(UsageError, match=r"unknown task 'comb'.*nlp_combo"):
        load_any_task("comb")


@pytest.mark.parametrize("task", [N, load_any_task("nlp_combo")])
def test_a_set_that_holds_one_task_is_that_task(task: ProxyTask | SequenceTask, tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    path.write_text(TaskSet("searched", (task,), ORIGIN).to_json(indent=2))
    for read in (load_any_task(str(path)), load_any_task(path.read_text()), task_from_json(path.read_text())):
        assert (read, read.found_by) == (task, ORIGIN)
    path.write_text(TaskSet("searched", (replace(task, found_by={"own": 1}),), ORIGIN).to_json())
    assert load_any_task(str(path)).found_by == {"own": 1}


def test_a_set_of_several_is_no_task(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    path.write_text(TaskSet("both", (N, D)).to_json())
    for source in (str(path), path.read_text()):
        with pytest.raises(UsageError, match=r"holds a set of tasks, .*; consensus\(members=FILE\) joins"):
            load_any_task(source)
    with pytest.raises(UsageError, match="holds a set of tasks"):
        task_from_json(path.read_text())


def test_a_set_of_none_is_told_by_its_file(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    path.write_text('{"name": "none", "tasks": []}')
    with pytest.raises(UsageError, match=r"^task file '.*tasks.json': tasks: 1 to 100 are needed, got 0$"):
        load_any_task(str(path))
