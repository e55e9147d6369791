"""Catches: a folder of another correlation that is written over, rows that change under scores, two owners of one
folder, and a check that leaves traces."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from evo.config import Choice
from evo.correlation.fitness_list import NamedFitness
from evo.correlation.folder import CANDIDATES, REQUEST, CorrelationFolder
from evo.correlation.request import Request
from tasks.errors import UsageError

ASKED = Request(
    Choice("s", {"length": 3}),
    (NamedFitness("f(a=1)", Choice("f", {"a": 1})),),
    "/t.csv",
    "acc",
    "A",
    0,
    "noise",
    None,
    0,
)
TEXTS = ["01", "10", "11"]


def claimed(path: Path) -> None:
    with CorrelationFolder(path, ASKED) as folder:
        folder.claim(TEXTS)


def taken_up(path: Path, request: Request, texts: list[str]) -> None:
    folder = CorrelationFolder(path, request)
    folder.stored_sample()
    folder.check(texts)


def complaint(path: Path, request: Request = ASKED, texts: list[str] = TEXTS) -> str:
    with pytest.raises(UsageError) as caught:
        taken_up(path, request, texts)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_new_folder_is_untouched_until_it_is_claimed(tmp_path: Path) -> None:
    folder = CorrelationFolder(tmp_path / "a" / "b", ASKED)
    assert folder.stored_sample() is None
    folder.check(TEXTS)
    assert list(tmp_path.iterdir()) == []
    claimed(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / CANDIDATES).read_text() == "01\n10\n11\n"
    stored = json.loads((tmp_path / "a" / "b" / REQUEST).read_text())
    assert stored["request"] == ASKED.to_json()
    assert {"versions", "commit", "machine"} <= set(stored)


def test_the_same_request_goes_on_and_may_ask_for_more(tmp_path: Path) -> None:
    claimed(tmp_path)
    folder = CorrelationFolder(tmp_path, ASKED)
    assert folder.stored_sample() == 3
    folder.check(TEXTS)
    folder.check([*TEXTS, "00"])
    with folder:
        folder.claim([*TEXTS, "00"])
    assert CorrelationFolder(tmp_path, ASKED).stored_sample() == 4


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (replace(ASKED, seed=1), "(seed 0 there, 1 here)"),
        (replace(ASKED, half=None), "(half A there, None here)"),
        (replace(ASKED, space=Choice("s", {"length": 4})), "(space s(length=3) there, s(length=4) here)"),
        (replace(ASKED, fitnesses=(NamedFitness("g", Choice("g")),)), "(fitnesses f(a=1) there, g here)"),
    ],
)
def test_another_request_is_refused(tmp_path: Path, other: Request, words: str) -> None:
    claimed(tmp_path)
    assert words in complaint(tmp_path, other)


def test_fewer_or_other_candidates_are_refused(tmp_path: Path) -> None:
    claimed(tmp_path)
    assert "--sample 2: " in complaint(tmp_path, texts=TEXTS[:2])
    assert "the table has changed" in complaint(tmp_path, texts=["01", "00", "11", "10"])


def test_a_folder_of_something_else_or_damaged_or_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").touch()
    assert f"is not empty and holds no {REQUEST}" in complaint(tmp_path / "other")
    (tmp_path / "other" / REQUEST).write_text("{")
    assert "cannot be read" in complaint(tmp_path / "other")
    with CorrelationFolder(tmp_path / "used", ASKED) as owner:
        owner.claim(TEXTS)
        assert "another process is running it" in complaint(tmp_path / "used")
        with pytest.raises(UsageError, match="another process"):
            CorrelationFolder(tmp_path / "used", ASKED).claim(TEXTS)
