"""Catches: a task that is scored twice, a score that belongs to another task, a list that loses what was scored, an end
before all tasks are scored that passes for the end, a score of other options than asked for."""

from pathlib import Path

import numpy as np
import pytest

from evo.commands.run import main
from evo.engine.evolution import Evolution
from evo.engine.plugins import build_plugins
from evo.proxy_search.judged_task import JudgedTask, best_tasks
from evo.proxy_search.rescoring import Rescoring
from evo.records.config import Limits
from evo.records.failures import FailedRunError
from evo.records.resources import Resources
from evo.scoring.member import Member
from evo.storage.run_folder import read_config
from tasks.foundation.command_line import DONE
from tests.runs import interrupt_after

HERE = Resources(0, 0.0)
Trained = list[tuple[str, str, int]]


@pytest.fixture
def evolution(searched: list[str], tmp_path: Path, trained: Trained) -> Evolution:
    """A search that is over, without a last round."""
    place = searched.index("--panel-held-out")
    assert main([*searched[:place], *searched[place + 2 :], "--set", "fitness.last_round=0"]) == DONE
    trained.clear()
    config = read_config(tmp_path / "run")
    return Evolution(tmp_path / "run", config, Limits(), build_plugins(config))


def rescoring(evolution: Evolution) -> Rescoring:
    return Rescoring(evolution, evolution.run_dir / "again", {"draw": 3}, "once more")


def tasks(evolution: Evolution, *numbers: int) -> list[JudgedTask]:
    best = best_tasks(evolution.run_dir, 6)
    return [best[number] for number in numbers]


def test_what_is_known_is_not_scored_again_and_every_score_is_its_tasks(
    evolution: Evolution, trained: Trained, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "evo")
    first = rescoring(evolution).score(tasks(evolution, 0, 1), 5, HERE, [])
    assert len(trained) == 10
    again = rescoring(evolution).score(tasks(evolution, 2, 1), 5, HERE, [])
    assert len(trained) == 15
    assert again[1].tolist() == first[1].tolist() != again[0].tolist()
    assert rescoring(evolution).score(tasks(evolution, 1), 5, HERE, []).tolist() == [first[1].tolist()]
    assert len(trained) == 15
    assert len({seed for *_, seed in trained}) == 1
    assert read_config(evolution.run_dir / "again").fitness.options["draw"] == 3
    said = [record.getMessage().strip() for record in caplog.records if "once more" in record.getMessage()]
    assert said == ["scoring 2 tasks once more", "scoring 1 task once more"]


def test_scores_of_no_task_need_no_folder(evolution: Evolution) -> None:
    assert rescoring(evolution).score([], 5, HERE, []).shape == (0, 5)
    assert not (evolution.run_dir / "again").exists()


def test_an_interrupt_saves_what_is_scored_and_the_rest_follows(
    evolution: Evolution, trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = tasks(evolution, 0, 1)
    with monkeypatch.context() as patched:
        interrupt_after(1, patched)
        with pytest.raises(KeyboardInterrupt):
            rescoring(evolution).score(both, 5, HERE, [])
    kept = list(trained)
    scores = rescoring(evolution).score(both, 5, HERE, [])
    assert (len(kept), len(trained)) == (5, 10)
    assert not set(kept) & set(trained[5:])
    assert np.isfinite(scores).all()


def test_an_end_before_all_are_scored_is_told(evolution: Evolution, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Member, "search", lambda *given: "stopped")
    with pytest.raises(FailedRunError, match="stopped before all tasks were scored once more; --resume"):
        rescoring(evolution).score(tasks(evolution, 0), 5, HERE, [])


def test_a_task_that_has_no_score_of_a_member_has_the_worst(
    evolution: Evolution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fitness.rank_correlation.panel_members.PanelMembers.score", lambda *given: -np.inf)
    assert rescoring(evolution).score(tasks(evolution, 0), 5, HERE, []).tolist() == [[-np.inf] * 5]
