"""Whole differentiable searches. Catches: rows that change with the number of workers, with kill -9, a time limit or a
dead worker; an architecture that is not the one derived; a seed that fails and takes others with it; options that mean
nothing here and pass, or are cut in silence; a supernet that does not fit the memory and is begun.

The search that is killed is a process of its own, with its own Ray; the others use this process's, or none.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from evo.commands.run import main
from evo.commands.run_options import read_command
from evo.differentiable import search as module
from evo.differentiable.bilevel import memory
from evo.differentiable.gradient_run import GradientRun
from evo.engine.configuring import resolve_request
from evo.engine.observer import LiveRun, Observer
from evo.records.config import AXES, Limits, SearchConfig
from evo.records.failures import WorkerStartError
from evo.records.requests import Placement, SearchRequest
from evo.records.resources import Cluster, Resources
from evo.records.trial import Outcome, Status
from evo.reporting.run_status import run_status
from evo.searching import run_request
from evo.storage import checkpoint
from evo.storage.epoch_log import NOT_REPRODUCED, read_epochs
from evo.storage.run_folder import BEST, RunFolder, read_config
from evo.storage.run_log import read_table
from spaces.nasbench201.space import NasBench201
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import FLAG
from tests.runs import log_outcomes, toy_config
from tests.tiny_images import REMARK

REPOSITORY = Path(__file__).parents[3]
SMALL = {
    "space.stem_channels": 4,
    "space.cells_per_stage": 1,
    "strategy.epochs": 3,
    "strategy.pictures": 16,
    "strategy.batch": 4,
    "strategy.held_out": 4,
    "strategy.architecture_rate": 0.1,
    "strategy.threads": 1,
}
SEARCH = [
    *("--space", "nasbench201", "--strategy", "darts", "--fitness", "masked_autoencoding"),
    *("--data", "tests.tiny_images:tiny_noise"),
    *(word for option, value in SMALL.items() for word in ("--set", f"{option}={value}")),
]
HERE = ["--workers", "0", "--quiet"]
SEEDS = 2
PATIENCE_S = 240.0

Row = dict[str, Any]


@pytest.fixture(scope="module")
def unbroken(ray_cluster: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a search of two seeds, never interrupted, side by side."""
    run_dir = tmp_path_factory.mktemp("unbroken") / "run"
    assert main([*SEARCH, "--seeds", str(SEEDS), "--run-dir", str(run_dir), "--quiet"]) == 0
    return run_dir


def epochs(run_dir: Path) -> list[Row]:
    table = read_epochs(run_dir)
    return table.drop_columns(list(NOT_REPRODUCED)).to_pylist()


def trials(run_dir: Path) -> list[Row]:
    names = ["trial_id", "candidate", "status", "fitness", "seed", "params", "macs"]
    return read_table(run_dir).select(names).to_pylist()


def test_every_epoch_is_a_row_and_every_seed_a_trial(unbroken: Path) -> None:
    found = epochs(unbroken)
    assert [(row["seed"], row["epoch"]) for row in found] == [(seed, epoch) for seed in (0, 1) for epoch in range(3)]
    assert [row["learning_rate"] for row in found[:3]] == pytest.approx([0.025, 0.019, 0.007])
    last = [row for row in found if row["epoch"] == 2]
    for trial, row in zip(trials(unbroken), last, strict=True):
        assert (trial["candidate"], trial["fitness"]) == (row["derived"], -row["held_out_loss"])
        assert (trial["seed"], trial["trial_id"], trial["status"]) == (row["seed"], row["seed"], "completed")
        assert trial["params"] > 0
        NasBench201().decode(trial["candidate"])
    assert found[0]["weights_loss"] != found[3]["weights_loss"]


def test_the_best_architecture_is_that_of_the_seed_with_the_least_loss(unbroken: Path) -> None:
    best = max(trials(unbroken), key=lambda trial: trial["fitness"])
    stored = json.loads((unbroken / BEST).read_text())
    assert (stored["candidate"], stored["seed"]) == (best["candidate"], best["seed"])


def test_the_status_of_a_run_has_a_line_of_every_supernet(unbroken: Path) -> None:
    found = run_status(unbroken).lines
    assert "2 of 2 evaluations logged" in found
    derived = trials(unbroken)[1]["candidate"]
    assert len(re.findall(rf"\d\.\d\d{re.escape(derived)}", "".join(map(str.strip, found)))) == 1  # on lines of its own
    assert [line.split()[:2] for line in found if line.split()[:1] == ["1"]] == [["1", "3"]]


def test_images_and_workers_in_force_are_among_the_first_lines(tmp_path: Path) -> None:
    more = ["--set", "strategy.held_out=6", "--seeds", "3", "--run-dir", str(tmp_path / "run")]
    session = module.DifferentiableSession(resolve_request(read_command([*SEARCH, *more]).request), [])
    first, *lines = session.announce(Cluster(None, 2, 0.0), Resources(2, 0.0))
    assert first.endswith(f"seeds 0 to 2, 3 epochs each, 1 threads each -> {tmp_path / 'run'}")
    assert lines == [
        "2 at a time",
        "images: 8 for the weights, 8 for the architecture, 4 held out; 2 steps an epoch",
        "note: strategy.held_out=6: 4 are held out, in whole batches of 4",
    ]
    assert session.announce(Cluster(None, 2, 0.0), Resources(0, 0.0))[1] == "in this process, one after the other"
    told = session.announce(Cluster(None, 2, 4.0), Resources(2, 0.0))[-1]
    assert told.startswith("note: a supernet gains from a GPU, and the cluster's 4 GPUs will not be used")


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["0", "1"])
def test_one_after_the_other_gives_the_same_rows(workers: str, unbroken: Path, tmp_path: Path) -> None:
    run_dir = tmp_path / "run"
    assert main([*SEARCH, "--seeds", "2", "--workers", workers, "--run-dir", str(run_dir), "--quiet"]) == 0
    assert epochs(run_dir) == epochs(unbroken)
    assert trials(run_dir) == trials(unbroken)


@pytest.mark.slow
def test_a_search_out_of_time_is_taken_up_and_a_seed_added(
    unbroken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_dir = tmp_path / "run"
    assert main([*SEARCH, "--run-dir", str(run_dir), "--max-minutes", "0.000001"]) == 0
    assert "stopped" in capsys.readouterr().out
    assert len(epochs(run_dir)) < 3
    assert main(["--resume", str(run_dir), FLAG]) == 0
    captured = capsys.readouterr()
    assert "completed" in captured.out
    assert "seed 0: epoch 3/3" in captured.err
    assert epochs(run_dir) == epochs(unbroken)[:3]
    assert main(["--resume", str(run_dir), "--seeds", "2", FLAG]) == 0
    assert "two seeds agree on" in capsys.readouterr().out
    assert epochs(run_dir) == epochs(unbroken)
    assert trials(run_dir) == trials(unbroken)
    assert main(["--resume", str(run_dir), "--seeds", "1", FLAG]) == 2
    assert "has 2 already" in capsys.readouterr().err


@pytest.mark.slow
def test_killed_and_resumed_the_rows_are_those_of_an_unbroken_search(unbroken: Path, tmp_path: Path) -> None:
    run_dir = tmp_path / "run"
    command = [sys.executable, "-m", "evo.run", *SEARCH, "--seeds", "2", "--run-dir", str(run_dir)]
    process = subprocess.Popen(command, cwd=REPOSITORY, start_new_session=True)
    try:
        _wait_until(lambda: len(epochs(run_dir)) >= 2, process)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert trials(run_dir) != trials(unbroken)
    assert main([*command[3:], "--quiet"]) == 0
    assert epochs(run_dir) == epochs(unbroken)
    assert trials(run_dir) == trials(unbroken)


def _wait_until(happens: Any, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happens():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
def test_a_row_that_a_killed_driver_did_not_log_is_logged_from_the_checkpoint(unbroken: Path, tmp_path: Path) -> None:
    run_dir = tmp_path / "run"
    assert main([*SEARCH, "--seeds", "1", "--run-dir", str(run_dir), "--quiet"]) == 0
    for part in [*(run_dir / "epochs").iterdir(), *(run_dir / "evaluations").iterdir()]:
        part.unlink()
    assert main(["--resume", str(run_dir), "--quiet", FLAG]) == 0
    assert epochs(run_dir) == epochs(unbroken)[:3]
    assert trials(run_dir) == trials(unbroken)[:1]


def test_a_seed_that_diverges_is_a_failed_trial(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_dir = tmp_path / "run"
    wild = ["--set", "strategy.learning_rate=1e30", "--set", "strategy.clip=0"]
    assert main([*SEARCH, *wild, *HERE, "--run-dir", str(run_dir)]) == 1
    assert [row["status"] for row in trials(run_dir)] == ["failed"]
    assert "is not finite" in capsys.readouterr().out
    assert not (run_dir / BEST).exists()


def changed(given: list[str], **replaced: str) -> list[str]:
    found = list(given)
    for option, value in replaced.items():
        found[found.index(f"--{option}") + 1] = value
    return found


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (changed(SEARCH, space="nds_resnet")[:8], "space 'nds_resnet' has none; take nasbench201, darts"),
        (changed(SEARCH, fitness="naswot"), "unknown fitness 'naswot'"),
        ([*SEARCH, "--evaluations", "5"], "--evaluations 5: a differentiable search has none"),
        ([*SEARCH, "--candidate", "x"], "--candidate x: a differentiable search has none"),
        ([*SEARCH, "--target", "-0.5"], "--target -0.5: a differentiable search has none"),
        ([*SEARCH, "--ahead", "4"], "--ahead 4: a differentiable search has none"),
        ([*SEARCH, "--seed", "-1"], "--seed -1: must be at least 0"),
        ([*SEARCH, "--seed", str(2**63)], "seeds of a differentiable search end at 9223372036854775807"),
        ([*SEARCH, "--seed", str(2**63 - 2), "--seeds", "3"], "--seed 9223372036854775806, --seeds 3: seeds of a"),
        ([*SEARCH, "--population", "5"], "'population'"),
        ([*SEARCH, "--set", "strategy.threads=9999"], "strategy.threads=9999: the cluster has "),
        ([*SEARCH, "--seeds", "0"], "--seeds 0: must be at least 1"),
        ([*SEARCH, "--set", "fitness.steps=5"], "'steps'"),
        ([*SEARCH, "--set", "strategy.pictures=4"], "pictures=4"),
        (["--space", "nasbench201", "--fitness", "params", "--seeds", "2"], "--seeds 2: only a differentiable search"),
    ],
)
def test_what_means_nothing_here_is_refused_in_one_line(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, *HERE, "--run-dir", str(tmp_path / "run")]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_the_folder_of_another_search_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with RunFolder(tmp_path / "run") as folder:
        folder.claim(toy_config(), Limits(1))
    assert main([*SEARCH, *HERE, "--run-dir", str(tmp_path / "run")]) == 2
    error = capsys.readouterr().err
    assert "holds another search" in error
    assert error.count("\n") == 1


def test_a_supernet_that_does_not_fit_is_refused_and_one_that_fits_once_runs_alone(
    unbroken: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(module, "available_bytes", lambda: 2**20)
    assert main([*SEARCH, "--run-dir", str(tmp_path / "run")]) == 2
    error = capsys.readouterr().err
    assert "GiB of memory in training, and 0.0 GiB are free; strategy.checkpointing=true about 1.0 GiB, " in error
    assert "strategy.micro_batches=2 about 1.0 GiB, " in error
    assert error.count("\n") == 1
    assert not (tmp_path / "run").exists()
    monkeypatch.setattr(memory, "available_bytes", lambda: 2**10)
    assert main([*SEARCH, "--run-dir", str(tmp_path / "run")]) == 2
    assert "strategy.pictures=" in capsys.readouterr().err
    monkeypatch.setattr(module, "available_bytes", lambda: 2**30)
    with caplog.at_level("INFO", logger="evo"):
        fitted = module._fitting(Resources(4, 0.0), 3, 600 * 2**20, local=True, saving=lambda free: "")
    assert fitted == Resources(1, 0.0)
    assert "memory for 1 supernets side by side" in caplog.text
    assert module._fitting(Resources(4, 0.0), 3, 600 * 2**20, local=False, saving=lambda free: "") == Resources(3, 0.0)
    wide = module._with_threads(read_config(unbroken), 2)
    assert wide.strategy.options["threads"] == 1
    assert module._placed(Resources(4, 0.0), 2, Cluster(None, cpus=5, gpus=0.0)) == Resources(2, 0.0)


def test_checkpoints_hold_where_each_seed_stands(unbroken: Path) -> None:
    for seed in range(SEEDS):
        progress = checkpoint.read_progress(unbroken, seed)
        assert (progress.epochs, len(progress.rows)) == (3, 3)
        assert progress.derived == progress.rows[-1]["derived"]
    assert SearchConfig.from_json(read_config(unbroken).to_json()).strategy.options["threads"] == 1


def test_a_callback_stops_a_search_behind_an_epoch(unbroken: Path, tmp_path: Path) -> None:
    class Stops(Observer):
        """Ends the search at its second epoch."""

        def epoch(self, run: LiveRun, row: Row) -> None:  # type: ignore[override]
            assert (run.total, run.epochs) == (2, 3)
            if row["epoch"] == 1:
                run.stop()

    def search(*observers: Observer) -> str:
        options = {axis: {key.partition(".")[2]: SMALL[key] for key in SMALL if key.startswith(axis)} for axis in AXES}
        request = SearchRequest(
            space="nasbench201", fitness="masked_autoencoding", strategy="darts", data=SEARCH[7], options=options,
            seeds=2, run_dir=tmp_path / "run", placement=Placement(workers=0),
        )  # fmt: skip
        return run_request(request, observers=observers).state

    assert search(Stops()) == "stopped"
    assert epochs(tmp_path / "run") == epochs(unbroken)[:2]
    assert search() == "completed"
    assert epochs(tmp_path / "run") == epochs(unbroken)
    assert trials(tmp_path / "run") == trials(unbroken)


def test_a_search_that_cannot_go_on_says_how_far_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_dir = tmp_path / "run"

    def run(self: GradientRun, *given: object) -> str:
        log_outcomes(run_dir, [Outcome(Status.FAILED, error="a reason")])
        raise WorkerStartError("no room")

    monkeypatch.setattr(GradientRun, "run", run)
    assert main([*SEARCH, *HERE, "--seeds", "2", "--run-dir", str(run_dir)]) == 1
    output = capsys.readouterr()
    assert output.out.index("failed") < output.out.index("1 trial: 1 failed")
    assert "no room" in output.err


def test_a_full_disk_is_told_with_the_epochs_that_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(self: GradientRun, *given: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(GradientRun, "run", run)
    monkeypatch.setattr(module, "read_epochs", lambda run_dir: pa.table({"epoch": [0, 1, 0]}))
    assert main([*SEARCH, *HERE, "--run-dir", str(tmp_path / "run")]) == 1
    words = f"device; {tmp_path}/run holds 3 finished epochs: --resume takes it up again\n"
    assert capsys.readouterr().err.endswith(words)


def test_what_the_images_have_to_say_is_said_at_the_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = ["--set", "strategy.epochs=1", "--data", "tests.tiny_images:BrokenLabels"]
    assert main([*SEARCH, *short, *HERE, "--run-dir", str(tmp_path / "run")]) == 0
    assert REMARK in capsys.readouterr().out.splitlines()[:5]


def test_supernets_wait_where_a_cluster_has_no_cpu_yet() -> None:
    asked = Resources(1, 0.0, grows=True)
    assert module._placed(asked, 2, Cluster(None, cpus=0, gpus=0.0, grows=True)) == asked
    with pytest.raises(UsageError, match=r"strategy\.threads=2: the cluster has 0 CPUs"):
        module._placed(asked, 2, Cluster(None, cpus=0, gpus=0.0))
