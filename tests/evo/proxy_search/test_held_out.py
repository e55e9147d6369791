"""Catches: tasks judged by members that the search has seen, presets or sizes left out of the comparison, a number that
belongs to another task, a task judged again that was judged already."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr

from evo.commands.run import main
from evo.engine.plugins import build_plugins
from evo.proxy_search.held_out import FOLDER, TASKS
from evo.storage.run_folder import HELD_OUT, read_config
from evo.storage.run_log import read_table
from fitness.rank_correlation.fitness import RankCorrelationFitness
from tasks.foundation.command_line import DONE


def judged(run: Path) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in json.loads((run / HELD_OUT).read_text())["tasks"]}


def test_the_best_tasks_stand_beside_presets_and_sizes_on_members_never_searched_on(
    searched: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    assert main(searched) == DONE
    shown = capsys.readouterr().out
    assert "never scored by the search" in shown
    assert str(run / HELD_OUT) in shown

    tasks = judged(run)
    assert {"combo", "single", "N", "D", "R", "params", "macs"} < set(tasks)
    logged = {row["trial_id"]: row for row in read_table(run).to_pylist() if row["fitness"] is not None}
    found = {name: one for name, one in tasks.items() if name.startswith("trial ")}
    assert all(logged[int(name[6:])]["fitness"] == one["fitness"] for name, one in found.items())
    assert len(found) == len({row["key"] for row in logged.values()})

    fitness = build_plugins(read_config(run)).fitness
    assert isinstance(fitness, RankCorrelationFitness)
    seen, unseen = fitness._members(0)
    assert not set(seen.keys) & set(unseen.keys)
    for row in read_table(run / FOLDER / TASKS).to_pylist():
        scores = [dict(row["metrics"])[f"member {member}"] for member in range(5)]
        name = next(name for name, one in tasks.items() if one["candidate"] == row["candidate"])
        assert tasks[name]["rho"][0] == pytest.approx(spearmanr(np.array(scores), unseen.labels).statistic)

    before = (run / HELD_OUT).read_text()
    assert main(searched) == DONE  # nothing is left to do but to say it again
    assert (run / HELD_OUT).read_text() == before


def test_tasks_of_a_search_by_several_objectives_are_judged_by_their_fitness(
    searched: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = searched.index("--population")
    given = [*searched[:place], *searched[place + 4 :], "--objectives", "fitness,-failed", "--evaluations", "3"]
    assert main(given) == DONE
    run = tmp_path / "run"
    assert (read_config(run).strategy.name, read_config(run / FOLDER / TASKS).objectives) == ("nsga2", ())
    assert {dict(one)["objective.failed"] for one in read_table(run)["metrics"].to_pylist() if one} == {0.0}
    assert judged(run)
    assert (run / "best" / "front.json").exists()


def test_without_a_part_held_out_nothing_is_judged(searched: list[str], tmp_path: Path) -> None:
    place = searched.index("--panel-held-out")
    assert main([*searched[:place], *searched[place + 2 :]]) == DONE
    assert not (tmp_path / "run" / HELD_OUT).exists()
    assert (tmp_path / "run" / "best" / "task.json").exists()
