"""Leaderboards and correlations that share scores. Catches: a score that is paid for twice, one that is kept where
none is to be, an expected time of what is known already."""

from pathlib import Path
from typing import Any

import pytest

from evo.boards.leaderboard import leaderboard
from evo.correlation.correlation import correlate
from spaces import SPACES
from tasks import derive_rng
from tests.runs import rows


@pytest.fixture
def asked(tmp_path: Path) -> dict[str, Any]:
    """What is asked of six of a dozen labelled cells."""
    space, rng = SPACES.build("nasbench201", {}), derive_rng(0)
    texts = list(dict.fromkeys(space.encode(space.sample(rng)) for _ in range(12)))
    table = tmp_path / "t.csv"
    table.write_text("\n".join(["candidate,acc", *(f"{text},{number}" for number, text in enumerate(texts))]))
    small = "nasbench201(stem_channels=4,cells_per_stage=1)"
    given = {"table": table, "metric": "acc", "sample": 6, "data": "noise", "workers": 0}
    return {"space": small, "fitness": "synflow", **given}


def taken(folder: Path, pattern: str) -> list[bool]:
    (run,) = folder.glob(pattern)
    return [row["attempts"] == 0 for row in rows(run, ["trial_id", "attempts"])]


def test_a_leaderboard_takes_the_scores_of_a_correlation_and_the_other_way_round(
    asked: dict[str, Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = correlate(**asked, run_dir=tmp_path / "first")
    with caplog.at_level("INFO", logger="evo"):
        found = leaderboard(**asked, run_dir=tmp_path / "lb")
    assert taken(tmp_path / "lb" / "boards", "t-*/synflow-*") == [True] * 6
    scores = found.standings[0].board.columns[0].scored.scores
    assert scores.tolist() == first.results[0].columns[0].scores.tolist()
    assert "not timed" not in caplog.text
    leaderboard(**{**asked, "sample": 9}, run_dir=tmp_path / "lb")
    correlate(**{**asked, "sample": 9}, run_dir=tmp_path / "second")
    assert taken(tmp_path / "second", "00-synflow") == [True] * 9


def test_a_folder_of_scores_may_be_done_without(asked: dict[str, Any], tmp_path: Path) -> None:
    leaderboard(**asked, run_dir=tmp_path / "lb", scores="none")
    assert not (tmp_path / "scores").exists()
    assert taken(tmp_path / "lb" / "boards", "t-*/synflow-*") == [False] * 6
