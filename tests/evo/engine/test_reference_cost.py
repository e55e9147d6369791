"""Catches: a reference that begins without a word on what it takes, one that counts what is scored or kept already, and
seconds of a few slow candidates that stand for all."""

from pathlib import Path
from typing import Any

from evo.engine.evolution import Evolution
from evo.engine.expected_time import ExpectedScores, KnownCost
from evo.engine.reference_cost import ExpectedReference, missing_scores
from evo.records.config import Choice, Limits, SearchConfig
from evo.storage.score_store import COLUMNS, ScoreStore
from tests.runs import log_outcomes, scored

CONFIG = SearchConfig(Choice("nasbench201"), Choice("synflow"), Choice("listed"), data="noise")
LEFT = [ExpectedScores("a", Path("a"), 64, None), ExpectedScores("b", Path("b"), 31, KnownCost(2.0, ""))]


def kept(candidate: str, seconds: float | None) -> dict[str, Any]:
    values = {"candidate": candidate, "seed": 7, "status": "completed", "fitness": 1.0, "evaluate_s": seconds}
    return {**dict.fromkeys(COLUMNS), **values, "metrics": []}


def test_the_work_is_that_of_trials_which_ask_every_member() -> None:
    assert ExpectedReference(LEFT, 128).lines(2) == [
        "reference: 95 of 128 scores to make, about the work of 48 trials",
        "reference: b: 31 candidates, about 31 s (2 s each)",
        "reference: a: not timed on this space yet, so told after the first candidate",
    ]
    assert ExpectedReference(LEFT[:1], 64).lines(0)[0] == "reference: 64 scores to make, about the work of 64 trials"


def test_where_all_is_scored_nothing_is_expected() -> None:
    assert ExpectedReference([ExpectedScores("a", Path("a"), 0, None)], 64).lines(1) == []


def test_what_is_logged_or_kept_is_not_missing_and_the_median_of_what_is_kept_is_the_cost(tmp_path: Path) -> None:
    search, store = Evolution(tmp_path / "run", CONFIG, Limits(4), plugins=None), ScoreStore(tmp_path)  # type: ignore[arg-type]
    texts = ["a", "b", "c", "d", "c"]
    assert missing_scores(search, "m", texts, None) == ExpectedScores("m", tmp_path / "run", 4, None)
    assert missing_scores(search, "m", texts, store).cost is None
    store.add(CONFIG, [kept("b", 2.0), kept("x", 3.0), kept("y", 90.0), kept("z", None)])
    cost = KnownCost(3.0, "")
    assert missing_scores(search, "m", texts, store) == ExpectedScores("m", tmp_path / "run", 3, cost)
    log_outcomes(tmp_path / "run", [scored(1.0)])
    assert missing_scores(search, "m", texts, store) == ExpectedScores("m", tmp_path / "run", 2, cost)
