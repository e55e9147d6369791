"""Catches: bad input that ends in a traceback, in several lines, in another exit code than 2, or after something was
written; a candidate scored alone that prints something else than its fitness."""

import re
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from evo.cluster import cluster
from evo.commands.run import main
from evo.engine.evaluator import score_alone
from evo.engine.pool import workers
from evo.records.config import Limits
from evo.records.resources import Cluster
from evo.storage.run_folder import RunFolder
from evo.tracking.mark import read_mark
from tasks.foundation.command_line import DONE, FAILED, INTERRUPTED, USAGE
from tasks.foundation.trust import FLAG
from tests.refusals import check_refused
from tests.runs import toy_config

TOY = ["--space", "tests.toy:BitStrings", "--fitness", "tests.toy:CountOnes", "--data", "noise"]
REAL = ["--space", "nds_resnet", "--fitness", "regression"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and a cluster of two CPUs that nothing may be started on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(cluster, "joined", lambda address: nullcontext(Cluster(None, cpus=2, gpus=0.0)))
    monkeypatch.setattr(workers, "RayWorkers", None)
    return tmp_path


USAGE_ERRORS = [
    ([], "--space is missing; known: darts, darts_layered, nasbench101 and "),
    (["--space", "nds_resnet"], "--fitness is missing; known: "),
    (["--space", "nds_resent", "--fitness", "regression"], "unknown space 'nds_resent'; did you mean 'nds_resnet'?"),
    (["--space", "nds_resnet", "--fitness", "regresion"], "unknown fitness 'regresion'; did you mean 'regression'?"),
    ([*TOY, "--strategy", "random_serch"], "did you mean 'random_search'?"),
    ([*REAL, "--set", "fitness.stepz=3"], "unknown option of fitness 'regression': 'stepz'; did you mean 'steps'?"),
    ([*REAL, "--set", "fitnes.steps=3"], "did you mean 'fitness'?"),
    ([*REAL, "--set", "fitness.steps=many"], "fitness.steps='many': "),
    ([*REAL, "--set", "fitness.steps=0"], "steps=0: must be at least 1"),
    ([*REAL, "--set", "fitness.weighting=own"], "fitness.weighting='own': "),
    ([*REAL, "--set", "fitness.task=cmbo"], "did you mean 'combo'?"),
    ([*TOY, "--population", "0"], "--population 0: must be at least 1"),
    ([*TOY, "--population", "5", "--tournament", "6"], "--tournament 6: must be between 1 and the population (5)"),
    ([*TOY, "--evaluations", "-3"], "--evaluations -3: must be at least 1"),
    ([*TOY, "--track", "tensorbord"], "unknown tracker 'tensorbord'; did you mean 'tensorboard'?"),
    ([*TOY, "--track", "mlflow(url=x)"], "unknown option of tracker 'mlflow': 'url'; did you mean 'uri'?"),
    ([*TOY, "--evaluations", "ten"], "invalid int value: 'ten'"),
    ([*TOY, "--max-minutes", "0"], "--max-minutes 0: must be more than 0"),
    ([*TOY, "--trial-timeout", "-1"], "--trial-timeout -1: must be more than 0"),
    ([*TOY, "--trial-timeout", "inf"], "--trial-timeout inf: must be more than 0 seconds, and finite"),
    ([*TOY, "--population", "9" * 30], f"--population {'9' * 30}: must be at most 1,000,000"),
    ([*TOY, "--run-dir", " "], "--run-dir: an empty text names no file or folder"),
    (["--space", "", "--fitness", "regression"], "unknown space ''"),
    ([*TOY, "--strategy", ""], "unknown strategy ''"),
    (["--space", "os:getcwd", "--fitness", "regression"], "is neither a class with the methods of a space"),
    ([*TOY, "--fitness", "os:getpid"], "is neither a class with the methods of a fitness"),
    ([*TOY, "--strategy", "tests.toy:Mute"], "the class Mute lacks methods of a strategy"),
    ([*TOY, "--data", "os:getpid"], "is neither a class with the methods of a data"),
    ([*REAL, "--set", "fitness.task=" + "x" * 5_000], "unknown task 'xxx"),
    ([*TOY, "--ahead", "9" * 5_000], "must be auto or a number"),
    ([*TOY, "--ahead", "0"], "--ahead 0: must be auto or a number from 1 to 1,000,000"),
    ([*TOY, "--data", "imagefolder:missing"], "missing"),
    ([*TOY, "--data", "imagefolder:."], "has no image"),
    ([*TOY, "--data", "fotos"], "did you mean 'photos'?"),
    ([*TOY, "--data", "cifar10", "--data-root", "nowhere"], "nowhere"),
    ([*TOY, "--strategy", "listed"], "file"),
    ([*TOY, "--strategy", "listed", "--set", "strategy.file=none.txt"], "none.txt' cannot be read"),
    (["--space", "tests.toy:Nothing", "--fitness", "regression"], "has nothing callable named 'Nothing'"),
    (["--space", "no_such_module:X", "--fitness", "regression"], "'no_such_module:X' cannot be imported"),
    (["--space", "tests.toy:BitStrings", "--fitness", "regression"], "cannot score space 'tests.toy:BitStrings'"),
    ([*TOY, "--fitness", "tests.toy:LikesNoSpace"], "it likes none"),
    ([*TOY, "--gpus-per-worker", "1"], "--gpus-per-worker 1: the cluster has 0 GPUs"),
    ([*TOY, "--gpus-per-worker", "some"], "--gpus-per-worker some: must be auto, 0, a share"),
    ([*TOY, "--workers", "3"], "--workers 3: must be auto, 0 for this process alone, or 1 to 2"),
    (["--resume", "nowhere"], "nowhere: no run here"),
    ([*TOY, "--resume", "a", "--run-dir", "b"], "--resume and --run-dir name two folders"),
    ([*TOY, "--run-dir", "/dev/null/run"], "/dev/null is a file, not a folder"),
    ([*TOY, "--candidate", "0120"], "--candidate '0120': "),
    ([*TOY, "--sede", "1"], "unrecognized arguments: --sede"),
]


@pytest.mark.parametrize(("arguments", "words"), USAGE_ERRORS, ids=[" ".join(a[-2:]) for a, _ in USAGE_ERRORS])
def test_bad_input_is_one_line_exit_code_two_and_nothing_written(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(arguments) == USAGE
    check_refused(capsys, "evo.run", words)
    assert list(here.iterdir()) == []


def test_a_task_file_with_a_mistake_is_one_line_that_names_file_and_place(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "task.json").write_text('{"name": "x", "noise": {"kind": "none", "level": 0}, "stages": []}')
    assert main([*REAL, "--set", "fitness.task=task.json"]) == USAGE
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "task file 'task.json': stages" in error
    assert [path.name for path in here.iterdir()] == ["task.json"]


def test_a_folder_that_cannot_be_written_is_one_line(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evo.storage.locked_folder.os.access", lambda path, mode: False)  # root may write anywhere
    assert main([*TOY, "--run-dir", "run"]) == USAGE
    assert "cannot be written; name another folder" in capsys.readouterr().err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (["--seed", "1"], "(seed 0 there, 1 here)"),
        (["--data", "photos"], "(data noise there, photos here)"),
        (["--set", "fitness.noise=0.5"], "CountOnes(noise=0.5,sleep_s=0.0) here"),
        (["--population", "4"], "regularized_evolution(population=4,tournament=2) here"),
        (["--no-reuse"], "(reuse True there, False here)"),
    ],
)
@pytest.mark.parametrize("resume", [True, False])
def test_a_run_of_another_configuration_is_not_touched(
    here: Path, capsys: pytest.CaptureFixture[str], change: list[str], words: str, resume: bool
) -> None:
    with RunFolder(here / "run") as folder:
        folder.claim(toy_config(), Limits(5))
    before = {path.name: path.read_bytes() for path in (here / "run").iterdir()}
    full = [*TOY, "--population", "5", "--tournament", "2", "--run-dir", "run"]
    assert main([*(["--resume", "run", FLAG] if resume else full), *change]) == USAGE
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert words in error
    assert {path.name: path.read_bytes() for path in (here / "run").iterdir()} == before


def test_a_run_in_progress_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with RunFolder(here / "run") as folder:
        folder.claim(toy_config(), Limits(5))
        assert main(["--resume", "run", FLAG]) == USAGE
    assert "this process is running it" in capsys.readouterr().err


def test_a_candidate_scored_alone_prints_its_fitness_and_nothing_else(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*TOY, "--candidate", "0111111111", "--seed", "3"]) == DONE
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert float(printed) == score_alone(toy_config(seed=3), "0111111111").fitness
    assert list(here.iterdir()) == []


def test_a_candidate_of_a_run_is_scored_as_that_run_does(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with RunFolder(here / "run") as folder:
        folder.claim(toy_config(seed=4, noise=0.5), Limits(5))
    assert main(["--resume", "run", "--candidate", "0111111111", FLAG]) == DONE
    assert float(capsys.readouterr().out) == score_alone(toy_config(seed=4, noise=0.5), "0111111111").fitness


def test_a_candidate_scored_alone_keeps_the_time_out(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hangs = [*TOY, "--fitness", "tests.toy:Hangs", "--set", "fitness.polite=true", "--candidate", "1111111111"]
    assert main([*hangs, "--trial-timeout", "0.1"]) == FAILED
    assert capsys.readouterr().err.startswith("timed_out: ")
    assert main([*hangs, "--trial-timeout", "-1"]) == USAGE


def test_a_candidate_that_fails_says_why_and_ends_with_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TOY, "--fitness", "tests.toy:RaisesForSome", "--candidate", "1111111111"]) == FAILED
    captured = capsys.readouterr()
    assert captured.out == ""
    assert re.match("failed: (?s:.*)ValueError: a marked candidate\n$", captured.err)


def test_ctrl_c_before_the_search_has_begun_is_no_traceback(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(address: str) -> Cluster:
        raise KeyboardInterrupt

    monkeypatch.setattr(cluster, "joined", interrupt)
    assert main(TOY) == INTERRUPTED
    assert list(here.iterdir()) == []


def test_trackers_watch_the_search_and_take_no_part_in_it(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept, full = "tests.evo.tracking.trackers:Kept", "tests.evo.tracking.trackers:Full"
    quick = [*TOY, "--workers", "0", "--evaluations", "3", "--quiet", "--run-dir", "run"]
    assert main([*quick, "--track", kept, "--track", full]) == DONE
    assert "full: [Errno 28] no space left; no longer tracked, the search goes on" in capsys.readouterr().err
    assert read_mark(here / "run", "kept").trials == 3
    assert main(quick) == DONE
