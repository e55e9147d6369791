"""Catches: a dead run reported as running, a living one as dead, a frozen one as living, a speed of long ago."""

import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evo.records.config import Limits
from evo.records.pool_state import PoolState
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.reporting.run_status import run_status
from evo.storage.lock_owner import Owner
from evo.storage.locked_folder import LOCK
from evo.storage.run_folder import PROGRESS, RunFolder
from evo.storage.run_log import RunLog
from tests.runs import toy_config

LATER = "2130-01-01T00:00:00+00:00"


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    with RunFolder(tmp_path) as folder:
        folder.claim(toy_config(), Limits(9))
    log = RunLog(tmp_path)
    log.append(Finished(Trial(0, None, (0,), "c0", "k0", seed=0), Outcome(Status.COMPLETED, fitness=1.0, params=7)))
    log.flush()
    return tmp_path


def beat(run_dir: Path, state: str, *, done: int = 1, **more: object) -> None:
    values = {
        "state": state,
        "updated_at": LATER,
        "evaluations": 9,
        "done": done,
        "evaluations_per_s": 2.5,
    }
    (run_dir / PROGRESS).write_text(json.dumps({**values, **more}))  # whoever has signed for the folder


def test_a_run_that_never_began_says_so(tmp_path: Path) -> None:
    with RunFolder(tmp_path) as folder:
        folder.claim(toy_config(), Limits(9))
    assert run_status(tmp_path).lines[1:3] == ("state: not started", "0 of 9 evaluations logged")


@pytest.mark.parametrize("content", [None, b"\x00\xff" * 1_000, b"[]"])
def test_rows_without_a_heartbeat_are_not_called_not_started(run_dir: Path, content: bytes | None) -> None:
    if content is not None:
        (run_dir / PROGRESS).write_bytes(content)
    state, count = run_status(run_dir).lines[1:3]
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
    state, count = run_status(run_dir).lines[1:3]
    assert state == f"state: finished after 9 evaluations, says progress.json, {words}; --resume scores the rest again"
    assert count == f"{trials} of 9 evaluations logged"


def test_a_heartbeat_of_other_types_is_no_traceback(run_dir: Path) -> None:
    RunFolder(run_dir).write(PROGRESS, {"evaluations": 9, "state": ["x"], "done": "many", "evaluations_per_s": "fast"})
    assert run_status(run_dir).lines[1] == "state: ['x']"
    with RunFolder(run_dir) as folder:
        folder.claim(toy_config(), Limits(9))
        assert run_status(run_dir).lines[1] == "state: running, 0.00 evaluations/s"


@pytest.mark.parametrize("number", [float("inf"), float("nan"), 10**400])
def test_a_heartbeat_of_no_numbers_is_no_traceback(run_dir: Path, number: float) -> None:
    with RunFolder(run_dir) as folder:
        folder.claim(toy_config(), Limits(9))
        running = [{"trial_id": 1, "seconds": 3.0, "worker": "w" * 10_000}]
        beat(run_dir, "running", front=number, left_s=number, process=number, pool={"in_flight": 9, "running": running})
        found = run_status(run_dir)
        assert found.lines[1].startswith("state: running, 2.50 evaluations/s, heartbeat ")
        assert len(found.lines[2]) < 200
    beat(run_dir, "finished", done=1, evaluations_per_s=number)
    assert run_status(run_dir).lines[1] == "state: finished"


def test_a_running_run_shows_its_speed(run_dir: Path) -> None:
    with RunFolder(run_dir) as folder:
        folder.claim(toy_config(), Limits(9))
        beat(run_dir, "running")
        assert run_status(run_dir).lines[1] == "state: running, 2.50 evaluations/s, heartbeat 0 s ago"


def test_a_running_run_says_that_its_strategy_learns(run_dir: Path) -> None:
    with RunFolder(run_dir) as folder:
        folder.claim(toy_config(), Limits(9))
        beat(run_dir, "running", learning=30)
        assert run_status(run_dir).lines[1] == (
            "state: running, 2.50 evaluations/s, learning from 30 labelled candidates, heartbeat 0 s ago"
        )


def test_a_running_run_says_how_large_its_front_is(run_dir: Path) -> None:
    with RunFolder(run_dir) as folder:
        folder.claim(toy_config(), Limits(9))
        beat(run_dir, "running", front=7)
        assert run_status(run_dir).lines[1] == "state: running, 2.50 evaluations/s, front of 7, heartbeat 0 s ago"


def test_a_killed_run_says_that_it_can_be_resumed(run_dir: Path) -> None:
    beat(run_dir, "running")
    assert "stopped without a word after 2130-01-01T00:00:00+00:00; --resume" in run_status(run_dir).lines[1]


@pytest.mark.parametrize("state", ["finished", "interrupted", "out of time"])
def test_an_ended_run_says_how_it_ended(run_dir: Path, state: str) -> None:
    beat(run_dir, state)
    assert run_status(run_dir).lines[1] == f"state: {state}"


POOL = {
    "up": 2,
    "wanted": 4,
    "waiting": 1,
    "waiting_for": "GPU",
    "in_flight": 3,
    "queued": 5,
    "running": [{"trial_id": 17, "seconds": 85.0, "worker": "worker-3"}],
}


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def signed(run_dir: Path, process: int, machine: str) -> None:
    """Let a claimed folder be another process's of this start of the machine."""
    (run_dir / LOCK).write_text(str(Owner(process, machine, Owner.here().boot)))


def claimed(run_dir: Path) -> RunFolder:
    folder = RunFolder(run_dir)
    folder.claim(toy_config(), Limits(9))
    return folder


def test_a_running_run_says_what_runs_and_how_many_workers_are_up(run_dir: Path) -> None:
    with claimed(run_dir):
        beat(run_dir, "running", updated_at=ago(3.0), pool=POOL, workers=4, left_s=200.0)
        found = run_status(run_dir)
    assert found.lines[1:4] == (
        "state: running, 2.50 evaluations/s, 2 of 4 workers up, 1 waiting for a GPU, heartbeat 3 s ago",
        "running now: trial 17 for 88 s on worker-3, 2 more; 5 queued",
        "1 of 9 evaluations logged, about 3 min left",
    )
    assert (found.state, found.is_going, found.done, found.wanted) == ("running", True, 1, 9)
    assert (found.best, found.params, found.evaluations_per_s) == (1.0, 7, 2.5)
    assert (found.pool.queued, found.pool.running[0].worker) == (5, "worker-3")
    assert str(found) == "\n".join(found.lines)


def test_a_driver_that_does_not_beat_is_frozen(run_dir: Path) -> None:
    with claimed(run_dir):
        signed(run_dir, 123, "there")
        beat(run_dir, "running", updated_at=ago(95.0), pool=POOL, workers=4, process=123, node="there", left_s=200.0)
        found = run_status(run_dir)
        lines = found.lines
        assert lines[1] == "state: frozen: process 123 on there has the folder, and has given no sign of life for 2 min"
        assert lines[3] == "1 of 9 evaluations logged"
        assert (found.state, found.is_going) == ("frozen", True)
        beat(run_dir, "running", updated_at=ago(29.0), pool=POOL, workers=4)
        assert run_status(run_dir).state == "running"
        beat(run_dir, "finished", updated_at=ago(95.0), workers=4)  # e.g. judging its winners
        assert run_status(run_dir).state == "running"


@pytest.mark.parametrize(
    ("process", "node"),
    [(123, os.uname().nodename), (os.getpid(), "there")],
    ids=["another process", "another machine"],
)
def test_a_run_that_is_taken_up_again_is_not_frozen_by_the_heartbeat_of_the_one_that_was_killed(
    run_dir: Path, process: int, node: str
) -> None:
    with claimed(run_dir):
        beat(run_dir, "running", updated_at=ago(10_800.0), pool=POOL, workers=4, process=process, node=node, left_s=9.0)
        found = run_status(run_dir)
        assert found.lines[1:3] == (
            "state: running, taken up again, heartbeat 3 h ago by a former process",
            "1 of 9 evaluations logged",
        )
        assert (found.state, found.evaluations_per_s, found.pool) == ("running", 0.0, PoolState())
        here = {"process": os.getpid(), "node": os.uname().nodename}
        beat(run_dir, "running", updated_at=ago(10_800.0), pool=POOL, workers=4, **here)
        assert run_status(run_dir).state == "frozen"


def test_who_beats_is_believed_where_nobody_has_signed(run_dir: Path) -> None:
    with claimed(run_dir):
        (run_dir / LOCK).write_text("")  # a full disk
        beat(run_dir, "running", updated_at=ago(95.0), pool=POOL, workers=4, process=123, node="there")
        assert run_status(run_dir).state == "frozen"


def test_a_driver_that_scores_itself_may_be_silent_unless_it_was_stopped(
    run_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        with claimed(run_dir):
            node = os.uname().nodename
            signed(run_dir, sleeper.pid, node)
            beat(run_dir, "running", updated_at=ago(8_000.0), workers=0, process=sleeper.pid, node=node)
            assert run_status(run_dir).lines[1] == "state: running, 2.50 evaluations/s, heartbeat 2 h ago"
            sleeper.send_signal(signal.SIGSTOP)
            os.waitpid(sleeper.pid, os.WUNTRACED)
            assert run_status(run_dir).state == "frozen"
            signed(run_dir, sleeper.pid, "another")  # where a process of that number is another one
            beat(run_dir, "running", updated_at=ago(8_000.0), workers=0, process=sleeper.pid, node="another")
            assert run_status(run_dir).state == "running"
    finally:
        sleeper.kill()
        sleeper.wait()


def test_a_stalled_run_says_so(run_dir: Path) -> None:
    with claimed(run_dir):
        beat(run_dir, "running", updated_at=ago(0.0), stalled=True)
        assert run_status(run_dir).lines[1] == "state: running, 2.50 evaluations/s, stalled, heartbeat 0 s ago"


def test_a_run_that_scores_its_reference_says_how_far_that_is(run_dir: Path) -> None:
    with claimed(run_dir):
        reference = {"member": "m", "done": 3, "candidates": 64, "evaluations_per_s": 0.5}
        beat(run_dir, "running", updated_at=ago(0.0), reference=reference)
        (state,) = run_status(run_dir).lines[1:2]
    assert state == "state: running, reference: 3 of 64 candidates scored by m, 0.50/s, heartbeat 0 s ago"


def test_a_run_that_is_over_has_no_speed_and_nothing_running(run_dir: Path) -> None:
    beat(run_dir, "finished", pool=POOL, left_s=5.0)
    found = run_status(run_dir)
    assert (found.state, found.is_going, found.evaluations_per_s) == ("finished", False, 0.0)
    assert found.lines[2] == "1 of 9 evaluations logged"


def test_a_run_without_a_score_has_no_best(tmp_path: Path) -> None:
    claimed(tmp_path).__exit__()
    found = run_status(tmp_path)
    assert (found.best, found.params, found.age_s, found.done) == (None, None, None, 0)
