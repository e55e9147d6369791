"""Catches: a line skipped or scored twice, a list that cannot be read reported as a traceback."""

from pathlib import Path

import numpy as np
import pytest

from evo.records.trial import Proposal
from evo.strategies.listed import Listed
from tasks.foundation.errors import UsageError
from tests.toy import BitStrings, PublishedBits

RNG = np.random.default_rng(0)


def listed(folder: Path, content: str) -> Listed:
    (folder / "list.txt").write_text(content)
    listed = Listed(file=str(folder / "list.txt"))
    listed.begin(BitStrings(length=2))
    return listed


def test_every_line_is_proposed_once_in_order_and_then_nothing(tmp_path: Path) -> None:
    strategy = listed(tmp_path, "01\n\n 10 \n01\n")
    assert [strategy.ask(RNG) for _ in range(5)] == [Proposal((0, 1)), Proposal((1, 0)), Proposal((0, 1)), None, None]


@pytest.mark.parametrize("content", ["", "\n  \n"])
def test_an_empty_list_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(UsageError, match="lists no candidate"):
        listed(tmp_path, content)


def test_a_list_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(UsageError, match="cannot be read"):
            Listed(file=str(path)).begin(BitStrings())
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot be read"):
        Listed(file=str(tmp_path / "binary")).begin(BitStrings())


def test_a_line_that_is_no_candidate_is_refused_before_anything_is_scored(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"list\.txt', line 3: '021'"):
        listed(tmp_path, "01\n\n021\n")


def test_a_line_may_be_a_published_form(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("01\nbits 11\n")
    strategy = Listed(file=str(tmp_path / "list.txt"))
    strategy.begin(PublishedBits(length=2))
    assert [strategy.ask(RNG) for _ in range(2)] == [Proposal((0, 1)), Proposal((1, 1))]
    (tmp_path / "list.txt").write_text("01\nbits 2\n")
    with pytest.raises(UsageError, match=r"list\.txt', line 2: '2'"):
        Listed(file=str(tmp_path / "list.txt")).begin(PublishedBits(length=2))
