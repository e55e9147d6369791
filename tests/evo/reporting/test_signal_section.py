"""Catches: signals of another task than the best, a run of networks that is taken for one of tasks."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from evo.drawing.space_of_run import SpaceOfRun
from evo.reporting.signal_section import is_task_space, signal_section
from spaces.proxy_tasks.space import ProxyTasks
from tests.run_folders import done, files_of
from tests.small_spaces import small_space

TASKS = ProxyTasks()


def test_the_signals_of_the_best_task_are_drawn(tmp_path: Path) -> None:
    texts = [TASKS.encode(TASKS.sample(np.random.default_rng(seed))) for seed in range(2)]
    run = files_of(tmp_path, [replace(done(n, float(n), text=text), reused=False) for n, text in enumerate(texts)])
    lines, figures = signal_section(run, SpaceOfRun(TASKS)).blocks
    assert lines.lines == ["Trial 1, fitness 1"]
    assert all(f"stage {number}" in figures.svgs[0] for number in (1, 2, 3))


def test_networks_have_no_signals(tmp_path: Path) -> None:
    networks = SpaceOfRun(small_space("nasbench201"))
    assert not is_task_space(networks)
    assert "no proxy tasks" in signal_section(files_of(tmp_path), networks).absent
    assert "no proxy tasks" in signal_section(files_of(tmp_path), SpaceOfRun(None)).absent
    assert "No task has a score" in signal_section(files_of(tmp_path), SpaceOfRun(TASKS)).absent
