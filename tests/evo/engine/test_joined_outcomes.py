"""Catches: a consensus that is paid for though its members have scored the candidates, one that is joined from scores
by another seed, and joined rows that are not those of scoring."""

import csv
from pathlib import Path

import pytest

from evo.correlation.correlation import correlate
from evo.engine.joined_outcomes import _together
from spaces import SPACES
from tasks import derive_rng
from tests.runs import rows

SPACE = "nasbench201(stem_channels=4,cells_per_stage=1)"
MEMBERS = "num_layers,jacob_cov(batch=4)"
CONSENSUS = f"consensus({MEMBERS},reference_size=8)"
WITHOUT = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|"
FAILED = "failed: jacob_cov(batch=4)"
COLUMNS = ["candidate", "seed", "status", "fitness", "metrics", "params", "macs"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of six labelled cells, one of which has no score by jacob_cov."""
    space, rng = SPACES.build("nasbench201", {}), derive_rng(0)
    texts = [WITHOUT, *dict.fromkeys(space.encode(space.sample(rng)) for _ in range(5))]
    path = tmp_path / "t.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("candidate", "acc"), *((text, number) for number, text in enumerate(texts))])
    return path


def scored(table: Path, run_dir: Path, fitness: str, *, scores: str | None = None, seed: int = 0) -> Path:
    correlate(
        space=SPACE,
        data="noise",
        fitness=fitness,
        table=table,
        metric="acc",
        sample=6,
        workers=0,
        seed=seed,
        run_dir=run_dir,
        scores=scores,
    )
    (folder,) = run_dir.glob("*-consensus*")
    return folder


def attempts(folder: Path) -> list[int]:
    return [row["attempts"] for row in rows(folder, ["trial_id", "attempts"])]


def test_a_consensus_of_scored_members_is_joined_and_equal_to_a_scored_one(table: Path, tmp_path: Path) -> None:
    joined = scored(table, tmp_path / "joined", f"{MEMBERS},{CONSENSUS}")
    paid = scored(table, tmp_path / "paid", CONSENSUS, scores="none")
    assert attempts(joined) == [0] * 6
    assert attempts(paid) == [1] * 6
    assert rows(joined, COLUMNS) == rows(paid, COLUMNS)
    failed = [row["candidate"] for row in rows(joined, COLUMNS) if FAILED in dict(row["metrics"])]
    assert failed == [WITHOUT]
    assert all(row["evaluate_s"] > 0 for row in rows(joined, ["evaluate_s"]))
    assert all(row["cpu_s"] > 0 for row in rows(joined, ["cpu_s"]))


def test_seconds_of_members_are_added_where_all_are_known() -> None:
    assert _together([0.5, 0.25]) == 0.75
    assert _together([0.5, None]) is None


def test_scores_by_another_seed_than_the_references_are_not_joined(table: Path, tmp_path: Path) -> None:
    assert attempts(scored(table, tmp_path / "run", f"{MEMBERS},{CONSENSUS}", seed=1)) == [1] * 6
