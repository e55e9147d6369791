"""Whole searches. Catches: rows that change with the number of workers, with kill -9, Ctrl-C or SIGTERM and a
resumption; work that is lost; a log that cannot be read while it is written; a wrong exit code.

Searches that are to be killed are processes of their own, with their own Ray; the others use this process's, or none.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.dataset
import pytest

import evo
from evo.commands.run import main
from evo.engine.search import Search
from evo.records.config import Limits
from evo.records.failures import ContractError, ReplayError, WorkerStartError
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.reporting.run_status import run_status
from evo.storage.run_folder import BEST, RunFolder, read_progress
from evo.storage.run_log import RunLog, read_table
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import FLAG
from tests.runs import COMPARED, Row, rows, toy_config
from tests.toy import SLOW_AFTER, BitStrings, CountOnes

REPOSITORY = Path(__file__).parents[3]
EVALUATIONS = 100
TOY = ["--space", "tests.toy:BitStrings", "--data", "noise", "--quiet"]
COUNT = [*TOY, "--fitness", "tests.toy:CountOnes", "--population", "8", "--tournament", "3"]
HERE = [*COUNT, "--workers", "0"]
ABANDON = [*TOY, "--fitness", "tests.toy:AbandonsBelow", "--population", "8", "--tournament", "3"]
SLOW = [*ABANDON, "--set", "fitness.sleep_s=0.06", "--evaluations", str(EVALUATIONS)]
SLOWER = [*ABANDON, "--set", "fitness.sleep_s=0.2", "--evaluations", str(EVALUATIONS)]  # the same rows
PATIENCE_S = 300.0


@pytest.fixture(scope="module")
def unbroken(ray_cluster: None, tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """The rows of the slow search, never interrupted, by one worker."""
    run_dir = tmp_path_factory.mktemp("unbroken") / "run"
    assert main([*SLOW, "--workers", "1", "--run-dir", str(run_dir)]) == 0
    found = rows(run_dir)
    assert len(found) == EVALUATIONS
    assert {row["status"] for row in found} == {"completed", "abandoned"}
    return found


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    """Searches that are still running at the end of a test are ended."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def begin(
    processes: list[subprocess.Popen[str]], *arguments: str, environment: dict[str, str] | None = None
) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "evo.run", *arguments]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    pipes["env"] = {**os.environ, **(environment or {})}
    processes.append(
        subprocess.Popen(
            command, cwd=REPOSITORY, **pipes, text=True, start_new_session=True, preexec_fn=_heed_interrupts
        )
    )
    return processes[-1]


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored where the tests themselves run in the background


def wait_for_rows(process: subprocess.Popen[str], run_dir: Path, count: int) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while len(read_table(run_dir, ["trial_id"])) < count:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < give_up, f"no {count} rows in time"
        time.sleep(0.05)


def read_dataset(folder: Path) -> list[Row]:
    """Read with pyarrow's dataset, which opens a file twice: the open part may have been replaced in between."""
    for _ in range(3):
        with contextlib.suppress(OSError):
            table = pyarrow.dataset.dataset(folder).to_table(columns=COMPARED)
            return table.sort_by("trial_id").to_pylist()
    raise AssertionError(f"{folder} could not be read three times in a row")


def assert_readable(run_dir: Path, reference: list[Row]) -> None:
    """Check that duckdb and pyarrow read the log as it lies there, and find rows of the unbroken run alone."""
    query = f"select trial_id, fitness from '{run_dir}/evaluations/*.parquet' order by trial_id"
    by_duckdb = duckdb.connect().execute(query).fetchall()
    by_pyarrow = read_dataset(run_dir / "evaluations")
    assert len(by_duckdb) > 0
    assert by_pyarrow == [reference[row["trial_id"]] for row in by_pyarrow]
    assert all(fitness == reference[trial_id]["fitness"] for trial_id, fitness in by_duckdb)


@pytest.mark.usefixtures("ray_cluster")
def test_two_workers_give_the_rows_of_one(unbroken: list[Row], tmp_path: Path) -> None:
    assert main([*SLOW, "--workers", "2", "--run-dir", str(tmp_path / "run")]) == 0
    assert rows(tmp_path / "run") == unbroken
    assert len(set(read_table(tmp_path / "run", ["worker"])["worker"].to_pylist()) - {None}) == 2


@pytest.mark.slow
@pytest.mark.usefixtures("ray_cluster")
def test_a_run_killed_at_five_moments_ends_with_the_rows_of_an_unbroken_one(
    unbroken: list[Row], tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    run_dir, moments = tmp_path / "run", random.Random(11)
    most = 5  # 72 of the 100 are scored, as the others are known by then: five times on two workers are not enough
    for workers in ("2", "0", "0", "0", "0"):  # a process without Ray starts sooner
        asked = [*SLOW, "--workers", workers, "--run-dir", str(run_dir)]
        process = begin(processes, *asked, environment={SLOW_AFTER: str(most)})
        wait_for_rows(process, run_dir, len(read_table(run_dir, ["trial_id"])) + moments.randint(1, most))
        time.sleep(moments.random() / 4)  # anywhere between two writings
        process.kill()
        assert process.wait(PATIENCE_S) == -signal.SIGKILL
        assert_readable(run_dir, unbroken)
    assert len(rows(run_dir)) < EVALUATIONS
    assert "stopped without a word" in run_status(run_dir).lines[1]
    assert main(["--resume", str(run_dir), "--quiet", FLAG]) == 0
    assert rows(run_dir) == unbroken


@pytest.mark.slow
@pytest.mark.usefixtures("ray_cluster")
def test_ctrl_c_sigterm_and_a_closed_terminal_end_with_130_and_lose_nothing_that_was_finished(
    unbroken: list[Row], tmp_path: Path, processes: list[subprocess.Popen[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    run_dir = tmp_path / "run"
    seen = 0
    ways = [(signal.SIGINT, os.killpg, "2")]  # Ctrl-C goes to the whole group
    ways += [(signal.SIGTERM, os.kill, "0"), (signal.SIGHUP, os.kill, "0")]
    for number, whom, workers in ways:
        process = begin(processes, *SLOWER, "--workers", workers, "--run-dir", str(run_dir))
        wait_for_rows(process, run_dir, seen + 5)
        assert_readable(run_dir, unbroken)
        assert main(["--resume", str(run_dir), FLAG]) == 2
        assert "another process is running it" in capsys.readouterr().err
        assert run_status(run_dir).lines[1].startswith("state: running")
        whom(process.pid, number)
        output, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 130, errors
        assert "Traceback" not in errors
        assert output.splitlines()[-1]
        assert "interrupted after" in output
        assert_readable(run_dir, unbroken)
        assert read_progress(run_dir)["state"] == "interrupted"
        seen = len(rows(run_dir))
    assert seen < EVALUATIONS
    assert main(["--resume", str(run_dir), "--quiet", FLAG]) == 0
    assert rows(run_dir) == unbroken


@pytest.mark.slow
@pytest.mark.usefixtures("ray_cluster")
def test_another_seed_gives_other_rows(unbroken: list[Row], tmp_path: Path) -> None:
    arguments = [*COUNT, "--evaluations", "10", "--workers", "1", "--seed", "1"]
    assert main([*arguments, "--run-dir", str(tmp_path / "run")]) == 0
    other = rows(tmp_path / "run")
    assert [row["candidate"] for row in other] != [row["candidate"] for row in unbroken[:10]]
    assert {row["seed"] for row in other}.isdisjoint(row["seed"] for row in unbroken)


@pytest.mark.slow
@pytest.mark.usefixtures("ray_cluster")
def test_networks_are_searched_resumed_and_scored_again_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ["--run-dir", str(tmp_path / "run"), "--quiet", "--workers", "1"]
    axes = ["--space", "nds_resnet", "--fitness", "regression", "--set", "fitness.steps=1"]
    assert main([*axes, "--evaluations", "3", "--population", "2", "--tournament", "2", *run]) == 0
    before = rows(tmp_path / "run")
    assert main(["--resume", str(tmp_path / "run"), "--evaluations", "4", "--quiet", "--workers", "1", FLAG]) == 0
    found = rows(tmp_path / "run", [*COMPARED, "params", "macs", "evaluate_s"])
    assert rows(tmp_path / "run")[:3] == before
    assert [(row["trial_id"], row["status"]) for row in found] == [(number, "completed") for number in range(4)]
    assert all(row["params"] > 0 and row["macs"] > 0 for row in found)
    best = json.loads((tmp_path / "run" / BEST).read_text())
    assert best["fitness"] == max(row["fitness"] for row in found)
    capsys.readouterr()
    assert main(["--resume", str(tmp_path / "run"), "--candidate", found[-1]["candidate"], FLAG]) == 0
    assert capsys.readouterr().out == f"{found[-1]['fitness']!r}\n"


@pytest.mark.usefixtures("ray_cluster")
def test_failures_are_rows_and_a_run_of_nothing_else_ends_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = tmp_path / "marked.txt"
    listed.write_text("1100000000\n1111111111\n1100000001\n")
    axes = [*TOY, "--fitness", "tests.toy:RaisesForSome", "--strategy", "listed", "--set", f"strategy.file={listed}"]
    assert main([*axes, "--workers", "1", "--run-dir", str(tmp_path / "run")]) == 1
    assert [(row["status"], row["fitness"]) for row in rows(tmp_path / "run")] == [("failed", None)] * 3
    shown = capsys.readouterr().out
    assert "3 trials: 3 failed; 0 reused a score" in shown
    assert "ValueError: a marked candidate" in shown
    assert not (tmp_path / "run" / BEST).exists()


def test_equal_functions_are_scored_once_where_the_fitness_allows_and_a_space_prepares_itself(tmp_path: Path) -> None:
    run, axes = str(tmp_path / "run"), ["--space", "tests.toy:CountedBitStrings", "--set", "space.length=5", *TOY[2:]]
    axes += ["--workers", "0"]
    assert main([*axes, "--fitness", "tests.toy:CountOnesOnly", "--evaluations", "20", "--run-dir", run]) == 0
    found = rows(tmp_path / "run", ["key", "candidate", "fitness", "reused"])
    assert sum(not row["reused"] for row in found) == len({row["fitness"] for row in found})
    assert all(row["key"] == str(row["candidate"].count("1")) for row in found)
    assert (tmp_path / "run" / "prepared.txt").read_text() == "once\n"
    plain = str(tmp_path / "plain")
    assert main([*axes, "--fitness", "tests.toy:CountOnes", "--evaluations", "2", "--run-dir", plain]) == 0
    assert all(row["key"] == row["candidate"] for row in rows(tmp_path / "plain", ["key", "candidate"]))
    listed, texts = tmp_path / "listed", tmp_path / "texts"
    texts.write_text("00000\n11111\n")
    asked = ["--strategy", "listed", "--set", f"strategy.file={texts}", "--evaluations", "2"]
    assert main([*axes, "--fitness", "tests.toy:CountOnes", *asked, "--run-dir", str(listed)]) == 0
    assert not (listed / "prepared.txt").exists()


@pytest.mark.parametrize(
    ("error", "code", "state"),
    [
        (WorkerStartError("cannot start"), 1, "failed"),
        (ReplayError("another"), 1, "failed"),
        (ContractError("odd"), 1, "failed"),
        (OSError(28, "No space left on device"), 1, "failed"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_however_a_search_stops_what_was_appended_is_on_disk(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    state: str,
) -> None:
    def run(self: Search) -> None:
        log: RunLog = self._parts.log
        log.append(Finished(Trial(0, None, (1,), "1" * 10, "1", 1), Outcome(Status.COMPLETED, fitness=1.0)))
        raise error

    monkeypatch.setattr(Search, "run", run)
    before = signal.getsignal(signal.SIGTERM)
    assert main([*HERE, "--run-dir", str(tmp_path / "run")]) == code
    assert len(rows(tmp_path / "run")) == 1
    assert read_progress(tmp_path / "run")["state"] == state
    assert signal.getsignal(signal.SIGTERM) is before
    assert json.loads((tmp_path / "run" / BEST).read_text())["candidate"] == "1111111111"
    output = capsys.readouterr()
    assert output.out.index(f"{state} after") < output.out.index("1111111111") < output.out.index("next:")
    assert str(error) in output.err


def test_a_log_of_another_search_ends_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = RunLog(tmp_path / "run")
    log.append(Finished(Trial(0, None, (1,), "not this", "x", 1), Outcome(Status.COMPLETED, fitness=1.0)))
    log.flush()
    (tmp_path / "config").mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(Search, "run", lambda self: "finished")
        assert main([*HERE, "--run-dir", str(tmp_path / "config")]) == 0  # no trial at all: nothing has failed
    (tmp_path / "config" / "config.json").rename(tmp_path / "run" / "config.json")
    capsys.readouterr()
    assert main(["--resume", str(tmp_path / "run"), "--quiet", "--workers", "0", FLAG]) == 1
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert "trial 0 is logged as 'not this'" in errors


def test_a_damaged_or_longer_log_is_refused_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    RunFolder(tmp_path).claim(toy_config(), Limits(9))
    log = RunLog(tmp_path)
    for number in range(3):
        log.append(Finished(Trial(number, None, (1,), "1", "1", 1), Outcome(Status.COMPLETED, fitness=1.0)))
    log.flush()
    assert main(["--resume", str(tmp_path), "--evaluations", "2", FLAG]) == 2
    assert f"--evaluations 2: {tmp_path} has 3 already" in capsys.readouterr().err
    (part,) = (tmp_path / "evaluations").glob("part-*")
    part.write_bytes(part.read_bytes()[:-9])
    assert main(["--resume", str(tmp_path), FLAG]) == 2
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert f"{part}: cannot be read (" in errors


def test_what_no_worker_can_be_handed_is_refused_before_one_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evo.engine.session.opened", None)
    fitness = CountOnes()
    fitness.lock = threading.Lock()  # type: ignore[attr-defined]
    with pytest.raises(UsageError, match="the object given as fitness cannot be sent to workers"):
        evo.search(space=BitStrings(), fitness=fitness, data="noise", workers=1, run_dir=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_script_that_is_terminated_ends_with_its_search_saved(
    tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    run_dir = tmp_path / "run"
    program = f"""
import evo
evo.search(space="tests.toy:BitStrings", fitness="tests.toy:CountOnes(sleep_s=0.2)", data="noise", evaluations=900,
           workers=0, run_dir={str(run_dir)!r})
print("ran on")
"""
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    processes.append(subprocess.Popen([sys.executable, "-c", program], cwd=REPOSITORY, **pipes))
    wait_for_rows(processes[-1], run_dir, 2)
    processes[-1].terminate()
    assert processes[-1].communicate(timeout=PATIENCE_S)[0] == ""
    assert processes[-1].returncode == -signal.SIGTERM
    assert read_progress(run_dir)["state"] == "interrupted"
    assert (run_dir / BEST).exists()
