"""Correlations that share scores. Catches: a score that is paid for twice, or kept though nobody wants it, a fitness
that is correlated without the reference that it asks for, one whose sample grows with the rows."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evo.correlation.correlation import Correlation, correlate
from evo.storage.run_folder import REFERENCE, read_config
from spaces import SPACES
from tasks import derive_rng
from tests.runs import interrupt_after, rows

SPACE = "nasbench201(stem_channels=4,cells_per_stage=1)"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of a dozen labelled cells."""
    space, rng = SPACES.build("nasbench201", {}), derive_rng(0)
    texts = list(dict.fromkeys(space.encode(space.sample(rng)) for _ in range(12)))
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["candidate,acc", *(f"{text},{number}" for number, text in enumerate(texts))]))
    return path


def correlated(table: Path, run_dir: Path, fitness: str = "synflow", **asked: Any) -> Correlation:
    given: dict[str, Any] = {"space": SPACE, "data": "noise", "metric": "acc", "sample": 6, "workers": 0} | asked
    return correlate(**given, fitness=fitness, table=table, run_dir=run_dir, trust=True)


def taken(run_dir: Path) -> list[bool]:
    return [row["attempts"] == 0 for row in rows(run_dir, ["trial_id", "attempts"])]


def test_scores_of_another_correlation_are_taken(table: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    first = correlated(table, tmp_path / "first")
    with caplog.at_level("INFO", logger="evo"):
        again = correlated(table, tmp_path / "again", "params,synflow", sample=8)
    assert taken(tmp_path / "first" / "00-synflow") == [False] * 6
    assert taken(tmp_path / "again" / "01-synflow") == [True] * 6 + [False] * 2
    told = [message for message in caplog.messages if message.startswith("synflow: spearman ")]
    assert told[0].endswith(f" s each, 0 of 8 without a score, 6 found in {tmp_path}/scores")
    column, other = first.results[0].columns[0], again.results[0].columns[1]
    np.testing.assert_array_equal(other.scores[:6], column.scores)
    assert other.seconds_each is not None


def test_a_folder_may_be_named_or_done_without(table: Path, tmp_path: Path) -> None:
    correlated(table, tmp_path / "first", scores=tmp_path / "mine")
    correlated(table, tmp_path / "second", scores="none")
    assert len(list((tmp_path / "mine").iterdir())) == 1
    assert not (tmp_path / "scores").exists()
    assert taken(tmp_path / "second" / "00-synflow") == [False] * 6
    correlated(table, tmp_path / "third", scores=tmp_path / "mine")
    assert taken(tmp_path / "third" / "00-synflow") == [True] * 6


def test_what_an_interrupt_leaves_is_taken_by_others(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        interrupt_after(2, patched)
        with pytest.raises(KeyboardInterrupt):
            correlated(table, tmp_path / "first")
    correlated(table, tmp_path / "second")
    assert taken(tmp_path / "second" / "00-synflow") == [True] * 2 + [False] * 4


def test_a_fitness_gets_the_reference_that_it_asks_for(table: Path, tmp_path: Path) -> None:
    standardised = "tests.tiny_reference:Standardised(member=synflow,size=3)"
    plain, with_reference = correlated(table, tmp_path / "run", f"synflow,{standardised}").results[0].columns[:2]
    assert np.argsort(with_reference.scores).tolist() == np.argsort(plain.scores).tolist()
    (member,) = (tmp_path / "run").glob("01-*")
    assert taken(member / REFERENCE / "00-synflow") == [False] * 3
    correlated(table, tmp_path / "again", standardised)
    (again,) = (tmp_path / "again").glob("00-*")
    assert taken(again / REFERENCE / "00-synflow") == [True] * 3
    assert read_config(again).reference_size == 3


def test_the_sample_is_the_same_when_there_are_more_rows(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evo.engine.reference_request.LEAST_SIZE", 2)
    standardised = "tests.tiny_reference:Standardised(member=synflow)"
    monkeypatch.setattr("evo.engine.reference_request.SHARE", 3)
    correlated(table, tmp_path / "run", standardised)
    (member,) = (tmp_path / "run").glob("00-*")
    assert read_config(member).reference_size == 2
    correlated(table, tmp_path / "run", standardised, sample=12)
    assert read_config(member).reference_size == 2
    assert len(taken(member / REFERENCE / "00-synflow")) == 2
