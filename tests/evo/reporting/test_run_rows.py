"""Catches: a row, a run or a metric that is missing from the CSV, a metric in the row of another trial."""

import csv
from pathlib import Path

from evo.reporting.run_rows import write_csv
from tests.run_folders import done, files_of


def test_every_row_of_every_run_is_a_line_with_its_metrics(tmp_path: Path) -> None:
    one = files_of(tmp_path / "a", [done(0, 1.0, metrics={"x": 0.5}), done(1, None, error='says "no", twice')])
    other = files_of(tmp_path / "b", [done(0, 2.0, metrics={"y": 3.0})])
    assert write_csv(tmp_path / "new" / "rows.csv", [one, other]) == 3
    with (tmp_path / "new" / "rows.csv").open() as file:
        rows = list(csv.DictReader(file))
    shown = [(row["run"], row["trial_id"], row["fitness"], row["metrics.x"], row["metrics.y"]) for row in rows]
    assert shown == [("a", "0", "1", "0.5", ""), ("a", "1", "", "", ""), ("b", "0", "2", "", "3")]
    assert rows[1]["error"] == 'says "no", twice'


def test_scores_of_members_are_no_columns(tmp_path: Path) -> None:
    run = files_of(tmp_path / "a", [done(0, 1.0, metrics={"member 0": 0.5, "failed": 1.0, "member 19": 0.5})])
    write_csv(tmp_path / "rows.csv", [run])
    with (tmp_path / "rows.csv").open() as file:
        names = next(csv.reader(file))
    assert [name for name in names if name.startswith("metrics.")] == ["metrics.failed"]


def test_a_run_without_rows_has_none(tmp_path: Path) -> None:
    assert write_csv(tmp_path / "rows.csv", [files_of(tmp_path / "a")]) == 0
