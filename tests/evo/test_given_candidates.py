"""Catches: a record or a run that is not taken for its candidates, one candidate taken for several."""

from pathlib import Path
from typing import Any

import pytest

import evo
from evo.engine.scored import text_of
from evo.given_candidates import candidates_in
from evo.records.trial import Status
from tasks.foundation.errors import UsageError
from tests.toy import BitStrings


def test_records_scores_texts_and_candidates_are_taken_alike() -> None:
    record = evo.Record(0, None, "0110", "0110", "completed", 1.0)
    scored = evo.Scored("0111", 1.0, Status.COMPLETED)
    assert candidates_in([record, scored, "1111", (0, 0)]) == ("0110", "0111", "1111", (0, 0))
    assert text_of(record) == "0110"


def test_a_run_stands_for_its_ten_best(tmp_path: Path) -> None:
    with evo.Study(space=BitStrings(), run_dir=tmp_path / "run") as study:
        for number in range(12):
            trial = study.ask()
            assert trial is not None
            study.tell(trial, float(number))
        expected = tuple(record.candidate for record in study.best(10))
        assert candidates_in(study.run) == expected


def test_published_ones_are_asked_for_by_a_word() -> None:
    assert candidates_in("published") == "published"


@pytest.mark.parametrize("initial", ["0110", "Published", 5, evo.Record(0, None, "0110", "0110", "completed", 1.0)])
def test_one_candidate_is_no_list_of_them(initial: Any) -> None:
    with pytest.raises(UsageError, match="a list of candidates is needed, or another run"):
        candidates_in(initial)
