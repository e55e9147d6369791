"""Catches: a member that was learnt from and is not known, a ranker that is described as another."""

from dataclasses import replace
from pathlib import Path

import pytest

from evo.ranking.learnt import Took
from evo.ranking.ranker_notes import RankerNotes
from fitness.predictors.learnt_members import without_members
from tasks.foundation.errors import UsageError
from tests.evo.ranking.ones import TEXTS, ranker


def test_it_knows_its_members_and_says_what_it_is(tmp_path: Path) -> None:
    learnt = ranker(tmp_path / "t.csv").learnt
    known = learnt.knows(TEXTS)
    assert known is not None
    assert (known.sum(), known[5]) == (12, False)  # the row without a label
    assert learnt.describe() == (
        "tests.evo.ranking.ones:TieredOnes on tests.toy:BitStrings, label ones, 12 members of t.csv"
    )
    assert isinstance(learnt.took, Took)
    with pytest.raises(UsageError, match=r"^here: '01' is no candidate of space 'tests.toy:BitStrings'"):
        learnt.encoded(["01"], "here")


def test_one_that_does_not_say_on_what_it_was_fitted_is_told_as_such(tmp_path: Path) -> None:
    learnt = ranker(tmp_path / "t.csv").learnt
    silent = replace(learnt, state=without_members(learnt.state), notes=RankerNotes("", "trials of a search", 1))
    assert silent.knows(TEXTS) is None
    assert silent.describe().endswith("BitStrings, a label that it does not name, 1 member of trials of a search")
