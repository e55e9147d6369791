"""Catches: a front that a report leaves out, a value that is shown with its sign or in another unit than its name says,
a candidate of the front that sampling loses, a plot of a size that is drawn elsewhere."""

from dataclasses import replace
from pathlib import Path

from evo.engine.objective_values import judged
from evo.records.search_objectives import parse_objectives
from evo.reporting.front_section import front_section
from evo.reporting.run_files import RunFiles
from evo.reporting.summary_section import run_lines
from tests.drawn_figures import parsed
from tests.run_folders import config_of, done, files_of

OBJECTIVES = ("fitness", "-params", "-latency")
FITNESS = (3.0, 2.0, 1.0, 2.5, 0.5)
LATENCY = (0.003, 0.002, 0.001, 0.004, 0.005)
"""By both and by params 1000, 1001, ...: 0 is better than 3 and 4 by all, and 1 and 2 are quicker than 0."""


def searched(path: Path, count: int = 5, objectives: tuple[str, ...] = OBJECTIVES) -> RunFiles:
    rows = [
        done(n, FITNESS[n % 5] - n // 5, metrics={"latency": LATENCY[n % 5] + n // 5}, text=f"c{n}")
        for n in range(count)
    ]
    parsed_ones = parse_objectives(list(objectives))
    trials = [replace(row, outcome=judged(row.outcome, parsed_ones)) for row in rows]
    return files_of(path, [*trials, done(count, None)], config=replace(config_of(), objectives=objectives))


def test_the_front_is_a_table_with_values_as_measured(tmp_path: Path) -> None:
    lines, tables, _ = front_section(searched(tmp_path)).blocks
    assert lines.lines[0] == "Front: 3 of 5 candidates, by fitness, -params, -latency."
    assert lines.lines[1].startswith("Hypervolume: ")
    (table,) = tables.tables
    assert table.header == ("trial", "fitness", "params (M)", "MACs (M)", "latency (ms)", "candidate")
    assert table.rows[1] == ("1", "2", "0.001", "0.010", "2", "c1")
    assert [row[-1] for row in table.rows] == ["c0", "c1", "c2"]


def test_fitness_is_drawn_against_what_is_no_size(tmp_path: Path) -> None:
    (figures,) = (block for block in front_section(searched(tmp_path)).blocks if block.kind == "figures")
    (svg,) = figures.svgs
    assert "Fitness against latency" in svg
    assert "latency (ms), lower is better" in svg
    titles = [each.text for each in parsed(svg).iter("title")]
    assert "trial 1: c1\nlatency (ms) 2, fitness 2" in titles
    assert len(list(parsed(svg).iter("circle"))) == 5
    sizes = front_section(searched(tmp_path / "sizes", objectives=("fitness", "-params", "-macs")))
    assert [block.kind for block in sizes.blocks] == ["lines", "tables"]


def test_a_long_run_keeps_its_front_and_says_what_is_left_out(tmp_path: Path) -> None:
    blocks = front_section(searched(tmp_path, 60, ("fitness", "latency")), 10).blocks
    (svg,) = blocks[-1].svgs
    assert "latency (ms), higher is better" in svg
    assert "of 60 trials one in 6 is drawn" in " ".join(svg.split())
    titles = " ".join(each.text for each in parsed(svg).iter("title"))
    front = [row[-1] for row in blocks[1].tables[0].rows]
    assert len(front) == 10
    assert all(f": {text}\n" in titles for text in front)
    assert blocks[2].lines[0].endswith("see best/front.json")


def test_a_run_of_one_objective_and_one_without_values_say_so(tmp_path: Path) -> None:
    assert "one objective" in front_section(files_of(tmp_path / "one", [done(0, 1.0)])).absent
    bare = files_of(tmp_path / "bare", [done(0, 1.0)], config=replace(config_of(), objectives=OBJECTIVES))
    assert "No trial has a value of each" in front_section(bare).absent


def test_the_top_of_a_report_tells_of_the_front(tmp_path: Path) -> None:
    run = searched(tmp_path / "x")
    assert run_lines(run)[-1] == "Front by fitness, -params, -latency: 3 candidates, of 5 with a score."


def test_objectives_that_cannot_be_read_are_told_and_end_no_report(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(0, 1.0)], config=replace(config_of(), objectives=("params", "fitness")))
    assert run.objectives == ()
    assert any("must be fitness" in fault for fault in run.faults)
