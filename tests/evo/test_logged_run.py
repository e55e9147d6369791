"""Catches: a best that is none, rows that cannot be read while a run is going, a reader that imports what a folder
names, and texts of others that move a terminal or are markup in a notebook."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evo.engine.observer import LiveRun, Observer
from evo.logged_run import LoggedRun
from evo.records.config import Limits
from evo.records.record import Record
from evo.records.requests import Placement, SearchRequest
from evo.records.trial import Finished, Outcome, Status
from evo.searching import run_request
from evo.storage.run_folder import PROGRESS, RunFolder, read_progress
from tasks.foundation.errors import UsageError
from tests.runs import log_outcomes, scored, toy_config
from tests.toy import BitStrings, CountOnes

REPOSITORY = Path(__file__).parents[2]


def claimed(run_dir: Path, outcomes: list[Outcome], **more: Any) -> Path:
    with RunFolder(run_dir) as folder:
        folder.claim(toy_config(), Limits(9))
    return log_outcomes(run_dir, outcomes, **more)


def search(toy: dict[str, Any], *observers: Observer, **asked: Any) -> None:
    run_request(SearchRequest(**toy, **asked, placement=Placement(workers=0)), observers=observers)


def test_the_best_come_first_without_failures_and_copies(tmp_path: Path) -> None:
    failed = Outcome(Status.FAILED, error="no")
    outcomes = [scored(1.0), scored(3.0), failed, scored(3.0), scored(9.0), scored(-2.0, metrics={"x": 1.0})]
    run = LoggedRun(claimed(tmp_path, outcomes, reused=4))
    assert [record.trial_id for record in run.best(9)] == [1, 3, 0, 5]  # equal scores: the earlier first; 4 is a copy
    assert [record.trial_id for record in run.best()] == [1]
    assert run.best(4)[-1].metrics == {"x": 1.0}
    assert run.trials()["trial_id"].to_pylist() == list(range(6))
    assert (len(run), run.state, run.epochs().num_rows) == (6, "unknown: progress.json is missing", 0)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run here"):
        LoggedRun(tmp_path)


@pytest.mark.parametrize("name", ["last_round", "held_out"])
def test_what_became_of_the_best_tasks_is_there_as_its_file_has_it(tmp_path: Path, name: str) -> None:
    run = LoggedRun(claimed(tmp_path, [scored(1.0)]))
    assert getattr(run, name) is None
    path = tmp_path / f"{name}.json"
    path.write_text('{"chosen": "trial 0"}')
    assert getattr(run, name) == {"chosen": "trial 0"}
    path.write_text("[")
    with pytest.raises(UsageError, match=f"{name}.json: cannot be read .*--resume writes it again"):
        getattr(run, name)


def test_rows_are_there_while_the_run_is_going(tmp_path: Path) -> None:
    run_dir, seen = tmp_path / "run", list[tuple[int, str]]()

    class Reads(Observer):
        """Reads the folder as another process would."""

        def started(self, run: LiveRun) -> None:
            self.finished(run)

        def finished(self, run: LiveRun, finished: Finished | None = None) -> None:
            elsewhere = LoggedRun(run_dir)
            seen.append((len(elsewhere), elsewhere.state))

    toy: dict[str, Any] = {"space": BitStrings, "fitness": CountOnes, "data": "noise"}
    search(toy, Reads(), run_dir=run_dir, evaluations=3)
    assert {state for _, state in seen} == {"running"}
    search(toy, Reads(), run_dir=run_dir, evaluations=5)
    assert seen[4] == (3, "running")
    assert LoggedRun(run_dir).state == "finished"
    with RunFolder(run_dir) as folder:
        folder.write(PROGRESS, {**read_progress(run_dir), "state": "running"})
    assert LoggedRun(run_dir).state == "stopped without a word"


def test_reading_imports_nothing_that_the_folder_names(tmp_path: Path) -> None:
    claimed(tmp_path, [scored(1.0)])
    program = f"""
import sys
import evo
run = evo.load({str(tmp_path)!r})
assert (len(run), run.best()[0].fitness, "tests.toy:BitStrings" in repr(run)) == (1, 1.0, True)
run._repr_html_(), run.trials(), run.state
print([name for name in sys.modules if name.partition(".")[0] in ("tests", "ray")])
"""
    assert subprocess.check_output([sys.executable, "-c", program], cwd=REPOSITORY, text=True) == "[]\n"


@pytest.mark.parametrize("count", [0, -1, 1.5, "a"])
def test_the_best_are_a_whole_number(tmp_path: Path, count: Any) -> None:
    with pytest.raises(UsageError, match="a whole number of at least 1 is needed"):
        LoggedRun(claimed(tmp_path, [scored(1.0)])).best(count)


def test_what_a_candidate_says_moves_no_terminal(tmp_path: Path) -> None:
    run = LoggedRun(claimed(tmp_path, [scored(1.0)]))
    (tmp_path / "\x1b[31m").mkdir()
    red = LoggedRun(claimed(tmp_path / "\x1b[31m", [scored(1.0)]))
    assert "\x1b" not in repr(red)
    assert repr(run).startswith("Run ")


def test_a_notebook_shows_every_text_escaped(tmp_path: Path) -> None:
    run = LoggedRun(claimed(tmp_path, [scored(1.0, metrics={"<script>": 1.0})]))
    (record,) = run.best()
    evil = "<script>alert('x')</script>\""
    shown = Record(**{**vars(record), "candidate": evil})._repr_html_()
    assert "<script" not in shown
    assert "&lt;script&gt;alert(&#x27;x&#x27;)" in shown
    assert "<td>0000000000</td>" in run._repr_html_()
    assert "0000000000" in repr(run)
