"""Catches: a member's score under another label, a place among other candidates, a member that failed taken for one
that said something, a correlation of other columns."""

from dataclasses import replace
from pathlib import Path

from evo.records.config import Choice
from evo.reporting.member_section import member_labels, member_section
from fitness import FAILED_MEMBER
from tests.run_folders import config_of, done, files_of

MEMBERS = [{"label": "a"}, {"label": "b"}]
CONFIG = replace(config_of(), fitness=Choice("consensus", {"members": MEMBERS}))


def test_each_member_says_its_score_and_place(tmp_path: Path) -> None:
    scores = [(1.0, 30.0), (2.0, 20.0), (3.0, 10.0), (4.0, 5.0)]
    trials = [done(n, a, metrics={"a": a, "b": b}, params=n) for n, (a, b) in enumerate(scores)]
    trials.append(done(4, -1.0, metrics={"a": 0.0, "b": 99.0, f"{FAILED_MEMBER}b": 1.0}, params=4))
    best, agreement = member_section(files_of(tmp_path, trials, config=CONFIG)).blocks
    (table,) = best.tables
    assert table.header == ("trial", "fitness", "a", "b", "candidate")
    assert table.rows[0][:4] == ("3", "4", "4 (1)", "5 (4)")
    assert table.rows[-1][:4] == ("4", "-1", "0 (5)", "nan (-)")
    (rho,) = agreement.tables
    assert rho.rows[0] == ("a", "1.000", "-1.000", "1.000", ".000")
    assert rho.rows[1][1:3] == ("-1.000", "1.000")


def test_another_fitness_has_no_members(tmp_path: Path) -> None:
    assert member_labels(config_of()) == member_labels(None) == []
    assert "no consensus" in member_section(files_of(tmp_path)).absent
    assert member_labels(replace(CONFIG, fitness=Choice("x", {"members": "abc"}))) == []


def test_a_single_candidate_is_too_few(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(0, 1.0, metrics={"a": 1.0, "b": 1.0})], config=CONFIG)
    assert "Fewer than two" in member_section(run).absent
