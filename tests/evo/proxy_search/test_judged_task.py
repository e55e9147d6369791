"""Catches: tasks that are not the best, equal ones judged twice, a published task that the space does not know."""

from dataclasses import replace
from pathlib import Path

from evo.engine.evolution import Evolution
from evo.engine.plugins import build_plugins, resolve_choice
from evo.proxy_search.judged_task import best_tasks, published_tasks
from evo.records.config import Limits, SearchConfig
from tests.runs import log_outcomes, scored, toy_config


def test_the_best_come_first_and_none_twice(tmp_path: Path) -> None:
    run = log_outcomes(tmp_path, [scored(1.0), scored(3.0), scored(2.0), scored(3.0)], reused=3)
    found = best_tasks(run, 2)
    assert [(task.name, task.trial, task.fitness) for task in found] == [("trial 1", 1, 3.0), ("trial 2", 2, 2.0)]
    assert best_tasks(run, 0) == []


def evolution(config: SearchConfig, run_dir: Path) -> Evolution:
    return Evolution(run_dir, config, Limits(), build_plugins(config))


def test_published_tasks_are_those_that_the_space_knows(tmp_path: Path) -> None:
    tasks = replace(toy_config(), space=resolve_choice("space", "proxy_tasks", {}))
    known = {task.name: task for task in published_tasks(evolution(tasks, tmp_path))}
    assert known.keys() == {"combo", "single", "N", "D", "R"}
    combo = known["combo"]
    assert (combo.candidate, combo.trial, combo.fitness) == ("preset=combo", None, None)
    assert combo.key == evolution(tasks, tmp_path).key("preset=combo") != "preset=combo"  # its blocks', as if searched
    assert published_tasks(evolution(tasks, tmp_path), ["nlp_combo", "combo"]) == [combo]
    assert published_tasks(evolution(toy_config(), tmp_path)) == []
