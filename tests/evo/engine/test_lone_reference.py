"""Catches: a candidate's score that is not the one that its run logs, a reference that is scored again for each."""

from pathlib import Path
from typing import Any

import pytest

import evo
from evo.engine.reference_stage import ReferenceStage
from evo.engine.scored import score_request
from evo.records.requests import Placement, SearchRequest
from evo.searching import run_request
from evo.storage.run_folder import REFERENCE
from tasks.foundation.errors import UsageError
from tests.tiny_reference import Standardised
from tests.toy import BitStrings

SPACE = "nasbench201(stem_channels=4,cells_per_stage=1)"
FITNESS = "tests.tiny_reference:Standardised(member=synflow,size=3)"


def test_a_candidate_of_a_run_has_its_logged_score(tmp_path: Path) -> None:
    fitness = "tests.tiny_reference:Standardised(size=6)"
    asked: dict[str, Any] = {"space": "tests.toy:BitStrings", "fitness": fitness, "data": "noise", "evaluations": 3}
    run_request(SearchRequest(**asked, run_dir=tmp_path / "run", placement=Placement(workers=0), trust=True))
    for record in evo.load(tmp_path / "run").best(3):
        again = SearchRequest(run_dir=tmp_path / "run", resume=True, trust=True)
        assert score_request(again, record.candidate).value == record.fitness
    (tmp_path / "run" / REFERENCE / "candidates.txt").unlink()
    with pytest.raises(UsageError, match="its reference has not been scored whole; --resume goes on with it"):
        score_request(SearchRequest(run_dir=tmp_path / "run", resume=True, trust=True), "0" * 10)


def test_without_a_run_the_reference_is_scored_here_once_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|"
    scores = [evo.score(text, space=SPACE, fitness=FITNESS, data="noise").value for _ in range(2)]
    assert scores[0] == scores[1] is not None
    told = [record.getMessage() for record in caplog.records if "for the second" not in record.getMessage()]
    where = "in this process, unless they are found in runs/references"
    begin = f"reference: 3 candidates by synflow, seed 7, {where}"
    assert told[0].splitlines()[:2] == [begin, "reference: 3 scores to make, about the work of 3 trials"]
    assert " for the first candidate" in told[1]
    assert told[2].startswith("reference: synflow: 3 scored, ")
    assert told[3:] == [begin, "reference: synflow: 3 found in runs/references"]
    assert [path.name for path in Path("runs").iterdir()] == ["references"]
    nowhere = evo.score(text, space=SPACE, fitness=FITNESS, data="noise", references="none")
    assert nowhere.value == scores[0]
    assert [path.name for path in Path().iterdir()] == ["runs"]
    assert "reference: 3 candidates by synflow, seed 7, in this process\n" in caplog.text
    elsewhere = evo.score(text, space=SPACE, fitness=FITNESS, data="noise", references=tmp_path / "other")
    assert elsewhere.value == scores[0]
    assert len(list((tmp_path / "other").iterdir())) == 1


def test_a_reference_that_does_not_come_to_its_end_is_one_line_that_names_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ReferenceStage, "score", lambda self, *where: "exhausted")
    with pytest.raises(UsageError, match="cannot be scored whole: it is exhausted; score the candidate of a") as caught:
        evo.score("0" * 10, space=BitStrings(), fitness=Standardised(size=6), data="noise", references="none")
    assert "/" not in str(caught.value)
    assert "--resume" not in str(caught.value)


def test_a_score_is_that_of_a_run_of_the_same_seed(tmp_path: Path) -> None:
    asked: dict[str, Any] = {"space": BitStrings(), "fitness": Standardised(size=6), "data": "noise", "seed": 2}
    run = evo.search(**asked, evaluations=2, workers=0, run_dir=tmp_path / "run")
    record = run.best()[0]
    assert evo.score(record, **asked, references=tmp_path / "new").value == record.fitness
