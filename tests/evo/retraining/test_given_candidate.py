"""Catches: a candidate without a run that is not trained, or cannot be gone on with; a folder of another space that is
written to; a request that names too little; something written before all was checked."""

import json
from pathlib import Path

import pytest

import evo
from evo.commands.train import main
from evo.retraining.given_candidate import given_candidate
from evo.retraining.request import TrainRequest
from tasks.foundation.command_line import DONE, USAGE
from tasks.foundation.errors import UsageError
from tests.evo.retraining.small_runs import DATA, QUICK
from tests.refusals import check_refused
from tests.tiny import TinyNetworks

SPACE = "nasbench201(cells_per_stage=1,stem_channels=4)"
CELL = "|skip_connect~0|+|none~0|nor_conv_1x1~1|+|nor_conv_3x3~0|avg_pool_3x3~1|skip_connect~2|"
NUMBERS = "(0, 1, 2, 3, 4, 0)"  # the same cell, as NASLib writes it
OPTIONS = {"train": {"threads": 1, "precision": "float32"}}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def given(*options: str) -> list[str]:
    return ["--space", SPACE, "--candidate", NUMBERS, *QUICK, "--epochs", "1", *options]


def results() -> list[Path]:
    return sorted(Path("runs").glob("*/train/*/*/result.json"))


def test_a_candidate_is_trained_without_a_run_and_gone_on_with(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(given()) == DONE
    (path,) = results()
    assert json.loads(path.read_text())["candidate"] == CELL
    before, lines = path.read_text(), capsys.readouterr().out
    assert "after 1 epochs" in lines
    assert main(given()) == DONE
    assert (results(), path.read_text(), capsys.readouterr().out) == ([path], before, lines)
    assert main([*given(), "--candidate", CELL, "--seed", "1"]) == DONE  # the same candidate by its own text
    assert {result.parent.parent for result in results()} == {path.parent.parent}


def test_its_folder_is_read_and_trained_in_as_a_runs(capsys: pytest.CaptureFixture[str]) -> None:
    trained = evo.train(space=SPACE, candidate=NUMBERS, data=DATA, epochs=1, batch=4, options=OPTIONS)
    folder = trained.path.parent.parent
    run = evo.load(folder)
    assert (len(run), run.config.space.name, run.config.fitness.name) == (0, "nasbench201", "told")
    found = run.network(NUMBERS, weights="best", data=DATA)
    assert (
        sum(parameter.numel() for parameter in found.parameters() if parameter.requires_grad)
        == trained.results[0].params
    )
    other = CELL.replace("skip_connect", "nor_conv_1x1")
    assert main([str(folder), "--candidate", other, *QUICK, "--epochs", "1"]) == DONE
    assert len(results()) == 2
    assert main([str(folder), *QUICK]) == USAGE
    assert "no trial has a score yet" in capsys.readouterr().err


def test_a_folder_may_be_named_and_is_of_one_space(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(given("--run-dir", "mine", "--name", "a")) == DONE
    assert (tmp_path / "mine" / "train" / "a" / "random-seed-0" / "result.json").is_file()
    capsys.readouterr()
    assert main([*given("--run-dir", "mine"), "--space", "nasbench201"]) == USAGE
    check_refused(capsys, "evo.train", "mine: holds another search (space")


def test_a_space_may_be_an_object() -> None:
    trained = evo.train(space=TinyNetworks(), candidate="3", data=DATA, epochs=1, batch=4, options=OPTIONS)
    assert trained.results[0].params > 0
    again = evo.train(space=TinyNetworks(), candidate="3", data=DATA, epochs=1, batch=4, options=OPTIONS)
    assert again == trained


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "name a run, RUN, or --space S and --candidate TEXT"),
        (["--candidate", "DARTS_V2"], "what is to be trained is missing"),
        (["--space", "darts"], "--candidate is missing"),
        (["--space", "darts", "--candidate", "DARTS_V9"], "--candidate 'DARTS_V9': unknown published cell"),
        (["--space", "darts", "--candidate", "( ("], "neither JSON nor a Python literal"),
        (["--space", "dart", "--candidate", "DARTS_V2"], "unknown space 'dart'; did you mean 'darts'?"),
        (["--space", "proxy_tasks", "--candidate", "preset=N"], "cannot be trained"),
        (["--space", "darts", "--candidate", "DARTS_V2", "--init", "inherited"], "is no differentiable search"),
        (["--space", "darts", "--candidate", "DARTS_V2", "--seed-of", "1"], "is no differentiable search"),
        (["run", "--run-dir", "mine"], "no run here"),
        (["--against", "run"], "--against: RUN is missing"),
    ],
)
def test_what_names_too_little_or_wrong_is_one_line(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = [] if "--against" in options else QUICK
    assert main([*options, *data, "--quiet"]) == USAGE
    check_refused(capsys, "evo.train", words)
    assert not list(tmp_path.iterdir())


def test_a_folder_beside_a_run_is_refused(searched: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(searched), "--run-dir", "mine", *QUICK]) == USAGE
    check_refused(capsys, "evo.train", "--run-dir mine: a run's trainings lie in its own folder")


def test_nothing_is_written_before_a_training_begins() -> None:
    run = given_candidate(TrainRequest(space="darts", candidate="DARTS_V2"))
    assert not run.path.exists()
    run.claim()
    run.claim()
    assert (run.path / "config.json").is_file()
    with pytest.raises(UsageError, match="--candidate 'DARTS_V0'"):
        run.architecture(candidate="DARTS_V0")
