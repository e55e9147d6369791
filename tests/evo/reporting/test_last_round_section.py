"""Catches: a last round that a report leaves out or shows of another task, one of fewer trials that passes for that of
all, a search without one that shows an empty table."""

from pathlib import Path
from typing import Any

from evo.reporting.last_round_section import HEADER, last_round_section
from evo.reporting.report_page import _made
from evo.storage.durable_files import write_json
from evo.storage.run_folder import HELD_OUT, LAST_ROUND
from tests.run_folders import done, files_of

FOUND: dict[str, Any] = {
    "trials": 2,
    "members": 20,
    "said": ["chosen: trial 1"],
    "tasks": [
        {"name": "trial 1", "reached": [0.5, 0.25], "mean": 0.375},
        {"name": "combo", "reached": [0.25, 0.25], "mean": 0.25},
    ],
    "sizes": {"params": -0.125},
}


def test_each_task_has_what_it_reaches_and_sizes_stand_beside_it(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(0, 1.0), done(1, 2.0)])
    write_json(tmp_path / LAST_ROUND, FOUND)
    said, tables = last_round_section(run).blocks
    assert said.lines == ["chosen: trial 1"]
    (table,) = tables.tables
    assert table.header == HEADER
    assert table.rows == (
        ("trial 1", ".500", ".250", ".375", "-"),
        ("combo", ".250", ".250", ".250", "-"),
        ("params", "-", "-", "-.125", "-"),
    )

    rows = [{"name": "params", "rho": [0.5, 0.0, 1.0]}, {"name": "combo", "rho": [None, None, None]}]
    write_json(tmp_path / HELD_OUT, {"tasks": rows})
    (table,) = last_round_section(run).blocks[1].tables
    assert [row[-1] for row in table.rows] == ["-", "-", ".500"]


def test_trials_that_came_later_are_told(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(number, 1.0) for number in range(5)])
    write_json(tmp_path / LAST_ROUND, FOUND)
    assert last_round_section(run).blocks[0].lines[-1] == "3 trials came later; --resume scores the best of all again."


def test_a_search_without_one_and_a_damaged_file_say_so(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(0, 1.0)])
    assert "No proxy tasks were scored again" in last_round_section(run).absent
    write_json(tmp_path / LAST_ROUND, {"trials": 1})
    assert "cannot be made" in _made("heading", lambda: last_round_section(run)).absent
