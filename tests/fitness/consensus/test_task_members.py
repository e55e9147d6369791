"""Catches: a task of a file that is lost or another one, an origin that makes tasks different, a label without end or
one for two tasks, fitnesses that are taken for files."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from fitness.consensus.task_members import is_task_file, short_task, tasks_in
from tasks import TaskSet, UsageError, load_any_task

N = load_any_task("N")
MINE = replace(load_any_task("D"), name="trial 17, again")


@pytest.mark.parametrize(
    ("member", "file"),
    [
        ("runs/x/best/tasks.json", True),
        (" Tasks.JSON ", True),
        ("synflow", False),
        ("mine:Sum", False),
        ("regression(task=best/task.json)", False),
        ("a.json,synflow", False),
    ],
)
def test_a_file_is_told_by_its_ending(member: str, file: bool) -> None:
    assert is_task_file(member) == file


def test_each_task_is_given_by_its_name_or_by_what_it_says_without_its_origin(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    fake = replace(load_any_task("R"), batch_size=3)  # called like a shipped one
    found = replace(MINE, found_by={"trial": 17})
    path.write_text(TaskSet("best", (N, found, fake)).to_json())
    assert tasks_in(f" {path} ") == [{"task": "N"}, {"task": MINE.to_json()}, {"task": fake.to_json()}]
    path.write_text(found.to_json())
    assert tasks_in(str(path)) == [{"task": MINE.to_json()}]


def test_what_is_no_file_of_tasks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^task file 'gone\.json' does not exist"):
        tasks_in("gone.json")
    (tmp_path / "x.json").write_text("[]")
    with pytest.raises(UsageError, match=r"^task file '.*x\.json': task=\[\]: an object is needed"):
        tasks_in(str(tmp_path / "x.json"))


def test_a_task_that_is_spelt_out_is_called_by_its_name_and_a_digest() -> None:
    text = MINE.to_json()
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    assert short_task("regression", {"steps": 7, "task": text}) == {"steps": 7, "task": f"trial_17_again~{digest}"}
    other = short_task("regression", {"task": replace(MINE, batch_size=3).to_json()})["task"]
    assert str(other).startswith("trial_17_again~")
    assert other != f"trial_17_again~{digest}"
    long = short_task("regression", {"task": replace(MINE, name="x" * 50).to_json()})["task"]
    assert str(long).startswith("x" * 40 + "~")


def test_other_options_are_left_as_they_are() -> None:
    for name, options in (("regression", {"task": "N"}), ("regression", {}), ("mine:Sum", {"task": N.to_json()})):
        assert short_task(name, options) == options
