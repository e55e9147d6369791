"""Catches: a diagram of another candidate, a text that is no candidate or a space that cannot be made which end the
report, a table in another order than the best's."""

from pathlib import Path

import pytest

from evo.display.page import Figures, TextLines
from evo.drawing.space_of_run import SpaceOfRun
from evo.reporting import candidate_section as module
from evo.reporting.candidate_section import candidate_section, diagrams_of
from evo.reporting.section import Family, SmallPrint
from tasks.foundation.errors import UsageError
from tests.run_folders import CELLS, done, epoch_row, files_of
from tests.small_spaces import small_space

SPACE = SpaceOfRun(small_space("nasbench201"))


def test_the_best_are_listed_drawn_and_the_first_has_its_family(tmp_path: Path) -> None:
    trials = [done(n, float(n % 5), parent=n - 1 if n else None) for n in range(12)]
    table, *drawn, family = candidate_section(files_of(tmp_path, trials), SPACE, drawn=2).blocks
    (listed,) = table.tables
    assert listed.header == ("place", "trial", "fitness", "parameters", "MACs", "candidate")
    assert listed.rows[0] == ("1", "4", "4", "1,004", "10,004", CELLS[4])
    assert len(listed.rows) == 10
    assert [type(block) for block in drawn] == [TextLines, Figures] * 2
    assert drawn[0].lines == ["Place 1: trial 4, fitness 4"]
    assert "conv 3x3" in drawn[1].svgs[0]
    assert isinstance(family, Family)
    assert len(family.steps) == 5


def test_a_candidate_without_a_family_says_so(tmp_path: Path) -> None:
    *_, last = candidate_section(files_of(tmp_path, [done(0, 1.0, params=None)]), SPACE, drawn=0).blocks
    assert "has no parent" in last.lines[0]


def test_texts_that_are_no_candidates_are_told(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(0, 1.0, text="<script>alert(1)</script>")])
    (_, note, _) = candidate_section(run, SPACE).blocks
    assert isinstance(note, SmallPrint)
    assert note.lines[0].startswith("<script>alert(1)</script> is no candidate of the space (")


def test_a_space_that_is_unknown_leaves_a_line(tmp_path: Path) -> None:
    run = files_of(tmp_path)
    lines = ["Candidates stand here as text: no space"]
    assert diagrams_of(run, SpaceOfRun(None, "no space"), {"x": "X"}) == [SmallPrint(lines)]
    assert diagrams_of(run, SpaceOfRun(None, "No space."), {}) == []


def test_a_diagram_that_would_fill_the_page_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_SVG", 100)
    (note,) = diagrams_of(files_of(tmp_path), SPACE, {CELLS[0]: "X"})
    assert "is too large for this page: python -m evo.draw" in note.lines[0]


def test_a_derived_cell_shows_how_strong_its_edges_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strong = {"cell": {(0, 1): 0.875}}
    monkeypatch.setattr("evo.drawing.derived_strengths.strengths_in_run", lambda *given: strong)
    named = {CELLS[0]: "X"}
    supernet = files_of(tmp_path / "a", epochs=[epoch_row(0, 0)])
    assert "0.88" in diagrams_of(supernet, SPACE, named)[1].svgs[0]
    assert "0.88" not in diagrams_of(files_of(tmp_path / "b", [done(0, 1.0)]), SPACE, named)[1].svgs[0]

    def fails(*given: object) -> None:
        raise UsageError("damaged")

    monkeypatch.setattr("evo.drawing.derived_strengths.strengths_in_run", fails)
    assert "0.88" not in diagrams_of(supernet, SPACE, named)[1].svgs[0]


def test_a_run_without_scores_says_so(tmp_path: Path) -> None:
    assert candidate_section(files_of(tmp_path, [done(0, None)]), SPACE).absent == "No trial has a score yet."
