"""Catches: a set lost, reordered or changed in JSON, a faulty one let in or blamed on the wrong task, one task twice,
tasks of two kinds in one set, an origin that makes equal sets different."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import TaskSet, UsageError, load_any_task, load_tasks, preset_names, sequence_preset_names
from tasks.regression.task_set import MOST_TASKS

N, D, SENTENCES = load_any_task("N"), load_any_task("D"), load_any_task("nlp_combo")
ORIGIN = {"space": "proxy_tasks", "seed": 3, "panel": {"name": "digits", "digest": "ab"}}
NAMES = st.sampled_from([preset_names(), sequence_preset_names()]).flatmap(
    lambda names: st.lists(st.sampled_from(names), min_size=1, unique=True)
)


@given(NAMES, st.text(min_size=1), st.sampled_from([None, 2]), st.sampled_from([None, ORIGIN]))
def test_a_set_survives_its_json_text(names: list[str], name: str, indent: int | None, origin: Any) -> None:
    tasks = TaskSet(name, tuple(map(load_any_task, names)), origin)
    again = TaskSet.from_json(tasks.to_json(indent=indent))
    assert again == tasks
    assert hash(again) == hash(tasks)
    assert again.found_by == origin
    assert again.to_json() == tasks.to_json()
    assert [task.name for task in again.tasks] == names
    assert len(again) == len(names)
    assert ("\n" in tasks.to_json(indent=indent)) == (indent is not None)


def test_order_and_name_tell_sets_apart_and_origins_do_not() -> None:
    assert TaskSet("a", (N, D)) != TaskSet("a", (D, N))
    assert TaskSet("a", (N, D)) != TaskSet("b", (N, D))
    assert TaskSet("a", (N, D), ORIGIN) == TaskSet("a", (N, D))
    assert TaskSet("a", (replace(N, found_by=ORIGIN), D)) == TaskSet("a", (N, D))
    assert list(json.loads(TaskSet("a", (N,)).to_json())) == ["name", "tasks"]


def test_a_task_keeps_its_origin_within_a_set() -> None:
    again = TaskSet.from_json(TaskSet("a", (replace(N, found_by=ORIGIN), D)).to_json())
    assert [task.found_by for task in again.tasks] == [ORIGIN, None]


@pytest.mark.parametrize(
    ("name", "tasks", "why"),
    [
        ("", (N,), "^name='': a string is needed"),
        ("a", (), "^tasks: 1 to 100 are needed, got 0"),
        ("a", tuple(replace(N, batch_size=size + 1) for size in range(MOST_TASKS + 1)), "got 101"),
        ("a", {"N": N}, r"^tasks=\{.*: a list is needed"),
        ("a", (N, "D"), "^task 2='D': a ProxyTask or a SequenceTask is needed"),
        ("a", (N, D, SENTENCES), "^task 3: one of tasks 1 and 3 is for images, the other for sequences"),
        ("a", (N, D, N), "^tasks 1 and 3 are the same"),
        ("a", (D, N, replace(N, name="another")), "^tasks 2 and 3 are the same"),
    ],
)
def test_what_is_no_set_is_refused(name: str, tasks: Any, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        TaskSet(name, tasks)
    assert len(str(caught.value)) < 500


def test_as_many_tasks_as_are_allowed_are_a_set() -> None:
    assert len(TaskSet("a", tuple(replace(N, batch_size=size + 1) for size in range(MOST_TASKS)))) == MOST_TASKS


def changed(change: Callable[[dict[str, Any]], Any]) -> str:
    fields = json.loads(TaskSet("a", (N, D)).to_json())
    change(fields)
    return json.dumps(fields)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (changed(lambda fields: fields["tasks"][1]["noise"].update(level=-1)), "^task 2: noise: level=-1"),
        (changed(lambda fields: fields["tasks"].append(7)), "^task 3: task=7: an object is needed"),
        (changed(lambda fields: fields["tasks"].append({"tasks": []})), "^task 3: holds a set of tasks"),
        (changed(lambda fields: fields.update(tasks="N")), "^tasks='N': a list is needed"),
        (changed(lambda fields: fields.pop("name")), "'name' is missing"),
        (changed(lambda fields: fields.update(weights=[1])), "unknown key 'weights'"),
        (changed(lambda fields: fields.update(found_by=7)), "^found_by=7: an object is needed"),
        (N.to_json(), "unknown key 'noise'"),
        ("[" * 100_000, "^not JSON"),
    ],
)
def test_a_faulty_text_is_refused_in_one_line_that_says_where(source: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        TaskSet.from_json(source)
    assert "\n" not in str(caught.value)


def test_a_file_of_tasks_is_read_also_where_it_holds_one(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    tasks = TaskSet("both", (N, D), ORIGIN)
    path.write_text(tasks.to_json(indent=2))
    assert load_tasks(str(path)) == tasks
    assert load_tasks(str(path)).found_by == ORIGIN
    path.write_text(replace(SENTENCES, found_by=ORIGIN).to_json())
    alone = load_tasks(str(path))
    assert alone == TaskSet("nlp_combo", (SENTENCES,))
    assert (alone.found_by, alone.tasks[0].found_by) == (ORIGIN, None)


def test_a_file_that_holds_none_is_told_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    path.write_text(changed(lambda fields: fields.update(tasks=[])))
    with pytest.raises(UsageError, match=r"^task file '.*tasks.json': tasks: 1 to 100 are needed, got 0$"):
        load_tasks(str(path))
    with pytest.raises(UsageError, match=r"^task file 'gone.json' does not exist$"):
        load_tasks("gone.json")
