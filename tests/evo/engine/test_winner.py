"""Catches: a task's file that no fitness takes, a way it was found that tells a folder of this machine, options that a
file cannot carry and that end a search, a set among single tasks."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from evo.engine.winner import KEPT, TASK, TASKS, file_of, found_by, write_task, write_winner
from evo.records.config import Choice, SearchConfig
from evo.storage.run_folder import BEST
from tasks import TaskSet, load_task, load_tasks
from tests.runs import toy_config
from tests.tiny_tasks import Tasks

ROW: dict[str, Any] = {
    **dict.fromkeys(KEPT),
    "candidate": "combo",
    "key": "k",
    "fitness": 0.5,
    "trial_id": 7,
    "seed": 3,
}


def config(**options: object) -> SearchConfig:
    panel = {"panel": "/home/somebody/mine.csv", "digest": "d", **options}
    return replace(
        toy_config(seed=2), fitness=Choice("rank_correlation", panel), space=Choice("tests.tiny_tasks:Tasks")
    )


def test_a_task_is_a_file_that_says_how_it_was_found(tmp_path: Path) -> None:
    write_winner(tmp_path, config(), Tasks(), ROW, {"chosen": "by its looks"})
    task = load_task(str(tmp_path / TASK))
    assert task == Tasks().to_task("combo")
    assert task.found_by == {
        "space": {"name": "tests.tiny_tasks:Tasks", "options": {}},
        "fitness": {"name": "rank_correlation", "options": {"panel": "mine.csv", "digest": "d"}},
        "strategy": "regularized_evolution",
        "data": "noise",
        "seed": 2,
        "trial": 7,
        "reached": {"fitness": 0.5, "chosen": "by its looks"},
    }
    written = json.loads((tmp_path / BEST).read_text())
    assert written == {"space": {"name": "tests.tiny_tasks:Tasks", "options": {}}, **ROW, "chosen": "by its looks"}


def test_a_set_is_a_file_of_its_own(tmp_path: Path) -> None:
    task = Tasks().to_task("combo")
    together = TaskSet("both", (task, replace(task, batch_size=2)))
    write_task(tmp_path, together, {"seed": 1})
    assert [path.name for path in (tmp_path / "best").iterdir()] == ["tasks.json"]
    assert load_tasks(str(tmp_path / TASKS)) == together
    assert load_tasks(str(tmp_path / TASKS)).found_by == {"seed": 1}
    assert (file_of(task), file_of(together)) == (TASK, TASKS)


def test_options_too_long_for_a_file_are_left_out_of_it() -> None:
    found = found_by(config(text="x" * 20_000), ROW, {"mean": 1.0})
    assert (found["space"], found["fitness"]) == ("tests.tiny_tasks:Tasks", "rank_correlation")
    assert (found["trial"], found["reached"]) == (7, {"fitness": 0.5, "mean": 1.0})
