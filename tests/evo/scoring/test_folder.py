"""Catches: a folder of another scoring that is written over, candidates that change under scores, two owners of one
folder, two requests that share a folder, a check that leaves traces, and a name that a shell stumbles over."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from evo.scoring.folder import CANDIDATES, ScoringFolder, ScoringKind, default_folder
from tasks.foundation.errors import UsageError

KIND = ScoringKind("thing", "asked.json", "--many", "the sky has fallen", free=("metric",))
ASKED = {
    "space": {"name": "s", "options": {"length": 3}},
    "fitnesses": [{"label": "f(a=1)"}],
    "metric": "acc",
    "half": "A",
    "seed": 0,
}
TEXTS = ["01", "10", "11"]


def scoring_folder(path: Path, request: Mapping[str, Any] = ASKED) -> ScoringFolder:
    return ScoringFolder(path, request, KIND)


def claimed(path: Path, texts: list[str] = TEXTS) -> None:
    with scoring_folder(path) as folder:
        folder.claim(texts)


def taken_up(folder: ScoringFolder, texts: list[str]) -> None:
    folder.stored_count()
    folder.check(texts)


def complaint(path: Path, request: Mapping[str, Any] = ASKED, texts: list[str] = TEXTS) -> str:
    with pytest.raises(UsageError) as caught:
        taken_up(scoring_folder(path, request), texts)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_new_folder_is_untouched_until_it_is_claimed(tmp_path: Path) -> None:
    folder = scoring_folder(tmp_path / "a" / "b")
    assert (folder.stored_count(), folder.stored_texts()) == (None, [])
    folder.check(TEXTS)
    assert list(tmp_path.iterdir()) == []
    claimed(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / CANDIDATES).read_text() == "01\n10\n11\n"
    stored = json.loads((tmp_path / "a" / "b" / KIND.file).read_text())
    assert stored["request"] == ASKED
    assert {"versions", "commit", "machine"} <= set(stored)


def test_the_same_request_goes_on_and_may_ask_for_more(tmp_path: Path) -> None:
    claimed(tmp_path)
    folder = scoring_folder(tmp_path)
    assert (folder.stored_count(), folder.stored_texts()) == (3, TEXTS)
    folder.check(TEXTS)
    folder.check([*TEXTS, "00"])
    claimed(tmp_path, [*TEXTS, "00"])
    assert scoring_folder(tmp_path).stored_count() == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": 1}, "holds another thing (seed 0 there, 1 here)"),
        ({"half": None}, "(half A there, None here)"),
        ({"space": {"name": "s", "options": {"length": 4}}}, "(space s(length=3) there, s(length=4) here)"),
        ({"fitnesses": [{"label": "g"}]}, "(fitnesses f(a=1) there, g here)"),
    ],
)
def test_another_request_is_refused(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    claimed(tmp_path)
    assert words in complaint(tmp_path, {**ASKED, **change})


def test_what_scores_do_not_depend_on_may_differ(tmp_path: Path) -> None:
    claimed(tmp_path)
    assert scoring_folder(tmp_path, {**ASKED, "metric": "loss"}).stored_count() == 3


def test_fewer_or_other_candidates_are_refused(tmp_path: Path) -> None:
    claimed(tmp_path)
    assert "--many 2: " in complaint(tmp_path, texts=TEXTS[:2])
    assert "the sky has fallen" in complaint(tmp_path, texts=["01", "00", "11", "10"])


def test_a_folder_of_something_else_or_damaged_or_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").touch()
    assert f"is not empty and holds no {KIND.file}" in complaint(tmp_path / "other")
    (tmp_path / "other" / KIND.file).write_text("{")
    assert "cannot be read" in complaint(tmp_path / "other")
    with scoring_folder(tmp_path / "used") as owner:
        owner.claim(TEXTS)
        assert "this process is running it" in complaint(tmp_path / "used")
        with pytest.raises(UsageError, match="this process"):
            scoring_folder(tmp_path / "used").claim(TEXTS)


def test_candidates_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    claimed(tmp_path)
    (tmp_path / CANDIDATES).write_bytes(b"\xff\xfe")
    assert CANDIDATES in complaint(tmp_path)


def test_a_request_has_a_folder_of_its_own_with_a_plain_name() -> None:
    folder = default_folder(("label", "mine:Mine"), ASKED)
    assert folder == default_folder(("label", "mine:Mine"), dict(ASKED))
    assert folder != default_folder(("label", "mine:Mine"), {**ASKED, "seed": 1})
    assert folder.parent == Path("runs")
    assert folder.name.startswith("label-mine-Mine-")
