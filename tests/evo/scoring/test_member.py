"""Catches: a member that is taken for finished, a candidate that stays lost, a folder of another search, candidates
that do not reach the search."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evo.engine.evaluator import Evaluator
from evo.engine.plugins import build_plugins, resolve_choice
from evo.engine.search import Search
from evo.records.config import Limits
from evo.records.failures import ReplayError
from evo.records.resources import Resources
from evo.records.trial import Outcome, Status
from evo.scoring.member import Member, listed
from evo.storage.run_folder import BEST, REFERENCE, RunFolder
from tasks.foundation.errors import UsageError
from tests.runs import log_outcomes, rows, scored, toy_config


def member(folder: Path, *, seed: int = 0) -> Member:
    config = toy_config(seed=seed)
    return Member("m", folder, config, build_plugins(config))


def test_it_lacks_what_is_not_logged(tmp_path: Path) -> None:
    assert member(tmp_path).lacks(Limits(evaluations=1))
    log_outcomes(tmp_path, [scored(1.0), scored(2.0)])
    assert member(tmp_path).lacks(Limits(evaluations=3))
    assert not member(tmp_path).lacks(Limits(evaluations=2))


def test_it_has_something_to_do_where_a_candidate_is_not_logged_or_was_lost(tmp_path: Path) -> None:
    assert member(tmp_path / "a").is_open(Limits(evaluations=1))
    log_outcomes(tmp_path / "a", [scored(1.0), Outcome(Status.FAILED)])
    assert member(tmp_path / "a").is_open(Limits(evaluations=3))
    assert not member(tmp_path / "a").is_open(Limits(evaluations=2))
    log_outcomes(tmp_path / "b", [scored(1.0), Outcome(Status.LOST)])
    assert member(tmp_path / "b").is_open(Limits(evaluations=2))
    assert not member(tmp_path / "b").lacks(Limits(evaluations=2))


def test_candidates_that_were_lost_are_scored_again_and_the_others_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "evo")
    texts = ["0000000001", "0000000011", "0000000111", "0000000011"]  # one of them twice
    (tmp_path / "candidates.txt").write_text("\n".join(texts) + "\n")
    config = replace(toy_config(), strategy=listed(tmp_path / "candidates.txt"))
    mine, evaluate, tried = replace(member(tmp_path / "run"), config=config), Evaluator.evaluate, list[str]()

    def unlucky(self: Evaluator, text: str, *given: Any) -> Outcome:
        tried.append(text)
        return (
            Outcome(Status.LOST, error="its worker died 4 times") if text == texts[1] else evaluate(self, text, *given)
        )

    with monkeypatch.context() as patched:
        patched.setattr(Evaluator, "evaluate", unlucky)
        mine.search(Limits(evaluations=4), Resources(0, 0.0), [])
    assert tried == texts[:3]
    assert [row["status"] for row in rows(mine.folder)] == ["completed", "lost", "completed", "lost"]
    before = rows(mine.folder, ["trial_id", "started_at", "fitness"])
    mine.search(Limits(evaluations=4), Resources(0, 0.0), [])
    found = rows(mine.folder, ["trial_id", "started_at", "fitness"])
    assert [found[0], found[2]] == [before[0], before[2]]
    assert caplog.messages == [f"{mine.folder}: 2 trials lost before, tried again"]
    again = replace(mine, folder=tmp_path / "undisturbed")
    again.search(Limits(evaluations=4), Resources(0, 0.0), [])
    assert rows(mine.folder) == rows(again.folder)
    assert not mine.is_open(Limits(evaluations=4))


def test_the_work_of_its_reference_is_what_is_left_of_it(tmp_path: Path) -> None:
    config = replace(toy_config(), fitness=resolve_choice("fitness", "tests.tiny_reference:Standardised", {"size": 6}))
    mine = Member("m", tmp_path, config, build_plugins(config))
    assert mine.reference_work(Limits(evaluations=9)) == 6
    assert not any(tmp_path.iterdir())
    log_outcomes(tmp_path / REFERENCE / "00-tests.toy-CountOnes", [scored(1.0)] * 2)
    assert mine.reference_work(Limits(evaluations=9)) == 4
    assert member(tmp_path).reference_work(Limits(evaluations=9)) == 0


def test_the_folder_of_another_search_is_refused(tmp_path: Path) -> None:
    mine = member(tmp_path / "run")
    mine.check()
    with RunFolder(mine.folder) as folder:
        folder.claim(mine.config, Limits())
    mine.check()
    with pytest.raises(UsageError, match="seed 0 there, 1 here"):
        replace(mine, config=toy_config(seed=1)).check()


def test_a_folder_that_moved_with_its_candidates_is_the_same_search(tmp_path: Path) -> None:
    before, after = (replace(toy_config(), strategy=listed(tmp_path / place / "c.txt")) for place in ("old", "new"))
    mine = replace(member(tmp_path / "run"), config=before)
    with RunFolder(mine.folder) as folder:
        folder.claim(mine.config, Limits())
    replace(mine, config=after).check()
    for other in (listed(tmp_path / "new" / "d.txt"), toy_config().strategy):
        with pytest.raises(UsageError, match="holds another search"):
            replace(mine, config=replace(after, strategy=other)).check()


def test_candidates_come_from_their_file(tmp_path: Path) -> None:
    choice = listed(tmp_path / "c.txt")
    assert (choice.name, choice.options) == ("listed", {"file": str(tmp_path / "c.txt")})


def test_the_best_so_far_is_kept_where_it_cannot_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(self: Search) -> None:
        log_outcomes(tmp_path / "run", [scored(1.0), scored(2.0)])
        raise ReplayError("another version")

    monkeypatch.setattr(Search, "run", run)
    with pytest.raises(ReplayError):
        member(tmp_path / "run").search(Limits(evaluations=3), Resources(0, 0.0), [])
    assert json.loads((tmp_path / "run" / BEST).read_text())["fitness"] == 2.0
