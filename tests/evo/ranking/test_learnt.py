"""Catches: a member that was learnt from and is not known, a ranker that is described as another."""

from pathlib import Path

import pytest

from evo.ranking.learnt import Took
from tasks.foundation.errors import UsageError
from tests.evo.ranking.ones import TEXTS, ranker


def test_it_knows_its_members_and_says_what_it_is(tmp_path: Path) -> None:
    learnt = ranker(tmp_path / "t.csv").learnt
    known = learnt.knows(TEXTS)
    assert (known.sum(), known[5]) == (12, False)  # the row without a label
    assert learnt.describe() == (
        "tests.evo.ranking.ones:TieredOnes on tests.toy:BitStrings, label ones, 12 members of t.csv"
    )
    assert isinstance(learnt.took, Took)
    with pytest.raises(UsageError, match=r"^here: '01' is no candidate of space 'tests.toy:BitStrings'"):
        learnt.encoded(["01"], "here")
