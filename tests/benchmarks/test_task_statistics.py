"""Catches: a choice that sees the others, tasks beyond those that were tried, a best possible choice that is beaten,
expectations held against another choice, tables that are not printed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.benchmarks.drawn_panels import draw_panels
from tests.benchmarks.drawn_pool import LABEL, Drawing, draw_pool
from tests.benchmarks.panel_statistics import spearman
from tests.benchmarks.panel_trials import LAST_ROUND, MEAN_RHO, PLAIN, PanelTrials, best_of, ranked
from tests.benchmarks.task_choices import SHIPPED_TOO, choosing, predicting
from tests.benchmarks.task_expectations import SHIPPED, Expectations, expecting, interval_about
from tests.benchmarks.task_pool import TaskPool
from tests.benchmarks.task_statistics import main


def trials_of(drawing: Drawing, panels: int = 10) -> PanelTrials:
    drawn = draw_panels(drawing.archs, drawing.tasks, size=20, count=panels, rng=np.random.default_rng(1))
    return PanelTrials(draw_pool(drawing, np.random.default_rng(0)), drawn)


def test_the_best_of_those_tried_is_chosen_and_the_earlier_of_two() -> None:
    statistic = np.array([[0.3, 0.9, 0.5, 0.5]])
    assert ranked(statistic, np.array([[3, 0, 2]])).tolist() == [[3, 2, 0]]
    assert best_of(statistic, np.array([[3, 0, 2]])).tolist() == [3]


def test_members_choose_and_others_judge() -> None:
    trials = trials_of(Drawing(tasks=15, archs=60, draws=2))
    members, others = trials.panels.members[3], trials.panels.others[3]
    labels, scores = trials.pool.labels[LABEL], trials.pool.scores
    seen = [float(spearman(scores[task, 0, members], labels[members])) for task in range(15)]
    assert trials.statistics[PLAIN][3] == pytest.approx(seen)
    chosen = int(trials.best(PLAIN, 15)[3])
    assert chosen == int(np.argmax(seen))
    worth = np.mean([spearman(draw[others], labels[others]) for draw in scores[chosen]])
    assert trials.worth_of(trials.best(PLAIN, 15))[3] == pytest.approx(worth)


def test_the_last_round_chooses_among_ten_by_the_mean_of_both_draws() -> None:
    trials = trials_of(Drawing(tasks=15, archs=60, draws=2))
    finalists = trials.rho[0, :, 0].argsort()[::-1][:10]
    expected = max(finalists, key=lambda task: trials.rho[0, task].mean())
    assert trials.best_of_last_round(15)[0] == expected


def test_choices_are_below_the_best_possible_one_and_above_any() -> None:
    rows = {row[0]: row[1:] for row in choosing(trials_of(Drawing(tasks=15, archs=60)), (10, 12, 30)).rows}
    for column in range(2):
        best, chosen, any_task = (float(rows[name][column]) for name in ("best possible choice", PLAIN, "any task"))
        assert best > chosen > any_task
    assert {LAST_ROUND, MEAN_RHO, "N", "params"} < set(rows)
    assert len(rows[PLAIN]) == 3
    assert float(rows["best possible choice"][2].split()[0]) > 0


def test_shipped_tasks_are_tried_first_where_they_are_asked_for() -> None:
    trials = trials_of(Drawing(tasks=4, archs=60, draws=1))
    both = trials.with_shipped()
    assert both.panels.order[:, 0].tolist() == [0] * 10
    assert (both.panels.order[:, 1:] == trials.panels.order + 1).all()
    assert both.worth[:, 1:] == pytest.approx(trials.worth)
    assert both.worth[:, 0] == pytest.approx(trials.panels.on_others(trials.pool.published["N"], trials.label)[:, 0])
    rows = {row[0]: row[1:] for row in choosing(trials, (2, 4)).rows}
    chosen = both.worth_of(both.best(PLAIN, 3))
    assert float(rows[SHIPPED_TOO][0]) == pytest.approx(float(chosen.mean()), abs=5e-4)
    none = PanelTrials(replace(trials.pool, published={}), trials.panels)
    assert none.with_shipped() is none
    assert SHIPPED_TOO not in {row[0] for row in choosing(none, (2,)).rows}


def test_a_statistic_without_noise_predicts_everything() -> None:
    """Scores of a task are right among some architectures and wrong among the others, alike for members and others."""
    label = np.arange(400.0)
    scores = np.stack([np.where(np.arange(400) % 20 < share, label, -label) for share in range(0, 21, 4)])[:, None]
    pool = TaskPool(scores, {}, {LABEL: label}, {})
    panels = draw_panels(400, 6, size=200, count=5, rng=np.random.default_rng(0))
    rows = {row[0]: row[1:] for row in predicting(PanelTrials(pool, panels)).rows}
    assert all(float(cell) > 0.97 for cell in rows[PLAIN][:3])


def test_an_expectation_is_held_against_the_worth_of_the_choice() -> None:
    found = Expectations(np.array([0.5, 0.7]), np.array([0.4, 0.3]), np.array([0.8, 0.6]), worth=np.array([0.5, 0.9]))
    bias, deviation, rms, inside, half, spread = found.cells()
    assert bias.startswith("-0.100 [")
    assert (deviation, rms, inside, half) == (".100", ".141", ".500", ".175")
    assert spread == ".005 to .195"


def test_the_interval_is_bonetts_and_wrights() -> None:
    found = interval_about(0.5, 23)
    half = 1.96 * np.sqrt((1 + 0.125) / 20)
    assert (found.low, found.high) == pytest.approx((np.tanh(np.arctanh(0.5) - half), np.tanh(np.arctanh(0.5) + half)))


def test_luck_is_expected_without_a_rule_and_not_by_halves() -> None:
    """Tasks are noise: what the best reaches on a panel comes to nothing on the others."""
    trials = trials_of(Drawing(tasks=30, draws=1, archs=80, worth=0.0, spread=0.0, shared=0.0))
    table = expecting(trials, 30, best=1, panels=8, seed=0)
    bias = {row[0]: float(row[1].split()[0]) for row in table.rows}
    assert bias["none"] > 0.25
    assert abs(bias["halves / root of 2"]) < 0.15
    assert bias[SHIPPED] == pytest.approx(bias["halves / root of 2"], abs=0.04)


def test_the_tables_of_a_file_are_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pool = draw_pool(Drawing(tasks=10, draws=1, archs=50), np.random.default_rng(0))
    names = [f"a{number}" for number in range(50)]
    columns: dict[str, list[object]] = {"task": [], "candidate": [], "draw": [], "score": []}
    for task, (scores,) in enumerate(pool.scores):
        columns["task"] += [f"t{task}"] * 50
        columns["candidate"] += names
        columns["draw"] += [0] * 50
        columns["score"] += scores.tolist()
    pq.write_table(pa.table(columns), tmp_path / "pool-x.parquet")
    rows = {"candidate": names, LABEL: pool.labels[LABEL], "params": pool.others["params"]}
    pq.write_table(pa.table(rows), tmp_path / "rows-x.parquet")
    given = [str(tmp_path / "pool-x.parquet"), "--labels", LABEL, "--panels", "4", "--slow-panels", "2"]
    assert main([*given, "--stratified", "params"]) == 0
    printed = capsys.readouterr().out
    assert "# pool-x, label: 10 tasks, 1 draws, 50 architectures" in printed
    assert all(title in printed for title in ("of sets", "is expected of the best 5 of 10", "A rung among"))
    assert main([*given, "--stratified", "no"]) == 2
    assert main([*given, "--size", "48"]) == 2
    assert "--size 48: the pool has 50 architectures; give 4 to 46" in capsys.readouterr().err
