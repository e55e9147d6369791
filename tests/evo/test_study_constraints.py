"""A study within constraints. Catches: a trial outside, rows that a kill changes, a row without the size asked for, a
study that is lost where nothing is within, networks of sequences that are not counted."""

from pathlib import Path
from typing import Any

import pytest

from evo.records.failures import OutsideConstraintsError
from evo.study import Study
from spaces import SequenceSpec, count_complexity
from tasks.foundation.errors import UsageError
from tests.costed_bits import NetworkBits
from tests.runs import rows
from tests.tiny import TinySequences

EVOLUTION = "regularized_evolution(population=3,tournament=2)"
BITS = "tests.costed_bits:NetworkBits"


def play(run_dir: Path, count: int, **asked: Any) -> None:
    """Ask and tell so many trials, the more ones the better."""
    given = {"space": BITS, "strategy": EVOLUTION, "constraints": ["params<=37"], **asked}
    with Study(run_dir=run_dir, **given) as study:
        for _ in range(count):
            trial = study.ask()
            assert trial is not None
            study.tell(trial, float(sum(trial.candidate)))


def test_trials_are_within_and_a_study_that_is_taken_up_goes_on_alike(tmp_path: Path) -> None:
    play(tmp_path / "whole", 20)
    play(tmp_path / "run", 9)
    play(tmp_path / "run", 11)
    found = rows(tmp_path / "whole")
    assert max(row["candidate"].count("1") for row in found) == 3
    assert rows(tmp_path / "run") == found
    for other in ([], ["params<=27"]):
        with pytest.raises(UsageError, match="holds another search"):
            play(tmp_path / "run", 1, constraints=other)


def test_rows_have_the_size_that_was_asked_for(tmp_path: Path) -> None:
    play(tmp_path / "run", 6, constraint_size={"space.width": 2})
    for row in rows(tmp_path / "run", ["candidate", "params", "metrics"]):
        ones = row["candidate"].count("1")
        assert row["params"] == 7 + 10 * ones
        assert dict(row["metrics"])["constraint.params"] == 7 + 20 * ones <= 37


def asked_for_ever(study: Study) -> None:
    while True:
        study.ask()


def test_where_nothing_is_within_what_was_told_stays(tmp_path: Path) -> None:
    with Study(space=NetworkBits(), constraints=["params<17"], initial=["0000000000"], run_dir=tmp_path) as study:
        first = study.ask()
        assert first is not None
        study.tell(first, 1.0)
        with pytest.raises(OutsideConstraintsError):
            asked_for_ever(study)
    assert rows(tmp_path)[0]["candidate"] == "0000000000"


def test_first_candidates_outside_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^--initial '1111111111': .* is outside params<17: 107 params"):
        Study(space=NetworkBits(), constraints=["params<17"], initial=["1111111111"], run_dir=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_networks_of_sequences_are_counted(tmp_path: Path) -> None:
    with Study(space=TinySequences(), run_dir=tmp_path) as study:
        trial = study.ask()
        assert trial is not None
        study.tell(trial, 1.0)
    size = count_complexity(TinySequences(), trial.candidate, SequenceSpec(), SequenceSpec().width)
    assert [row["params"] for row in rows(tmp_path, ["params"])] == [size.params]
