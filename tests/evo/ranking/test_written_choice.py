"""Catches: an option at its default that is written, one that is not and is left out, a module that is imported for
it."""

from pathlib import Path

import pytest

from evo.engine.plugins import SCORING, resolve_choice
from evo.ranking.written_choice import as_written
from evo.records.config import Choice
from spaces import SPACES


def test_options_at_their_defaults_are_not_written() -> None:
    assert as_written(SPACES, resolve_choice("space", "nasbench201", {"cells_per_stage": 1})) == (
        "nasbench201(cells_per_stage=1)"
    )
    assert as_written(SPACES, resolve_choice("space", "nasbench201", {})) == "nasbench201"


def test_members_stand_as_they_are_called() -> None:
    members = [{"label": "regression(task=N)", "name": "regression", "options": {"task": "N"}}]
    assert as_written(SCORING, Choice("consensus", {"members": members, "weights": "equal"})) == (
        "consensus(regression(task=N),weights=equal)"
    )


def test_nothing_is_imported_for_one_of_somebody_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hostile.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    assert as_written(SCORING, Choice("hostile:Fitness", {"x": 1})) == "hostile:Fitness(x=1)"
