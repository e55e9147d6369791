"""Catches: a dead run reported as running, a living one as dead, a traceback where there is no run."""

import shutil
from pathlib import Path

import pytest

from evo.commands.status import main, report
from evo.records.config import Limits
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.run_folder import PROGRESS, RunFolder
from evo.storage.run_log import RunLog
from tests.runs import toy_config


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    with RunFolder(tmp_path) as folder:
        folder.claim(toy_config(), Limits(9))
    log = RunLog(tmp_path)
    log.append(Finished(Trial(0, None, (0,), "c0", "k0", seed=0), Outcome(Status.COMPLETED, fitness=1.0)))
    log.flush()
    return tmp_path


def beat(run_dir: Path, state: str, *, done: int = 1, **more: int) -> None:
    values = {"state": state, "updated_at": "2030-01-01", "evaluations": 9, "done": done, "evaluations_per_s": 2.5}
    RunFolder(run_dir).write(PROGRESS, {**values, **more})


def test_a_run_that_never_began_says_so(tmp_path: Path) -> None:
    with RunFolder(tmp_path) as folder:
        folder.claim(toy_config(), Limits(9))
    assert report(tmp_path)[1:3] == ["state: not started", "0 of 9 evaluations logged"]


@pytest.mark.parametrize("content", [None, b"\x00\xff" * 1_000, b"[]"])
def test_rows_without_a_heartbeat_are_not_called_not_started(run_dir: Path, content: bytes | None) -> None:
    if content is not None:
        (run_dir / PROGRESS).write_bytes(content)
    state, count = report(run_dir)[1:3]
    assert state == (
        "state: unknown: progress.json is missing or damaged, beside 1 logged evaluation; --resume takes it up again"
    )
    assert count == "1 of 9 evaluations logged"


@pytest.mark.parametrize(
    ("trials", "words"), [(0, "but the log holds none of them"), (1, "but only 1 are logged")], ids=["none", "some"]
)
def test_a_finished_run_whose_log_is_gone_says_what_is_there(run_dir: Path, trials: int, words: str) -> None:
    beat(run_dir, "finished", done=9)
    if not trials:
        shutil.rmtree(run_dir / "evaluations")
    state, count = report(run_dir)[1:3]
    assert state == f"state: finished after 9 evaluations, says progress.json, {words}; --resume scores the rest again"
    assert count == f"{trials} of 9 evaluations logged"


def test_a_heartbeat_of_other_types_is_no_traceback(run_dir: Path) -> None:
    RunFolder(run_dir).write(PROGRESS, {"evaluations": 9, "state": ["x"], "done": "many", "evaluations_per_s": "fast"})
    assert report(run_dir)[1] == "state: ['x']"
    with RunFolder(run_dir) as folder:
        folder.claim(toy_config(), Limits(9))
        assert report(run_dir)[1] == "state: running, 0.00 evaluations/s"


def test_a_running_run_shows_its_speed(run_dir: Path) -> None:
    with RunFolder(run_dir) as folder:
        folder.claim(toy_config(), Limits(9))
        beat(run_dir, "running")
        assert report(run_dir)[1] == "state: running, 2.50 evaluations/s"


def test_a_running_run_says_that_its_strategy_learns(run_dir: Path) -> None:
    with RunFolder(run_dir) as folder:
        folder.claim(toy_config(), Limits(9))
        beat(run_dir, "running", learning=30)
        assert report(run_dir)[1] == "state: running, 2.50 evaluations/s, learning from 30 labelled candidates"


def test_a_running_run_says_how_large_its_front_is(run_dir: Path) -> None:
    with RunFolder(run_dir) as folder:
        folder.claim(toy_config(), Limits(9))
        beat(run_dir, "running", front=7)
        assert report(run_dir)[1] == "state: running, 2.50 evaluations/s, front of 7"


def test_a_killed_run_says_that_it_can_be_resumed(run_dir: Path) -> None:
    beat(run_dir, "running")
    assert "stopped without a word after 2030-01-01; --resume" in report(run_dir)[1]


@pytest.mark.parametrize("state", ["finished", "interrupted", "out of time"])
def test_an_ended_run_says_how_it_ended(run_dir: Path, state: str) -> None:
    beat(run_dir, state)
    assert report(run_dir)[1] == f"state: {state}"


def test_the_command_prints_what_was_found(run_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    beat(run_dir, "finished")
    assert main([str(run_dir)]) == 0
    shown = capsys.readouterr().out
    assert "regularized_evolution over tests.toy:BitStrings by tests.toy:CountOnes, seed 0" in shown
    assert "1 of 9 evaluations logged" in shown
    assert "c0" in shown


def test_no_run_is_one_line_and_exit_code_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nothing")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "no run here" in captured.err
