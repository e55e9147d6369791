"""Catches: bad input that ends in a traceback, in several lines, in another exit code than 2, or after something was
written; threads of torch that spin while they wait."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from evo.commands import train as command
from evo.commands.train import main
from tasks.foundation.command_line import DONE, USAGE
from tests.evo.retraining.small_runs import QUICK, gradient_config, write_gradient_run
from tests.refusals import check_refused

USAGE_ERRORS = [
    (["--data", "photos"], "--data photos: these images have no labels"),
    (["--data", "digit"], "did you mean 'digits'?"),
    (["--data", "imagefolder:/nowhere"], "does not exist"),
    (["--init", "some"], "invalid choice: 'some'"),
    (["--label-fraction", "2"], "--label-fraction 2: must be above 0"),
    (["--label-fraction", "0.1"], "--label-fraction 0.1: 3 images fill no batch of 4"),
    (["--seed-of", "3"], "no supernet of that seed; there: 10, 11"),
    (["--candidate", "x"], "--candidate 'x': "),
    (["--epochs", "0"], "epochs=0"),
    (["--set", "train.cutout=9"], "train.cutout=9: the images are 8 pixels wide"),
    (["--set", "train.x=1"], "unknown option of train"),
    (["--name", ".."], "--name '..': "),
    (["--name", ""], "--name '': "),
    (["--seed", "-1"], "--seed -1: must be at least 0"),
]


@pytest.mark.parametrize(("arguments", "words"), USAGE_ERRORS, ids=[" ".join(a) for a, _ in USAGE_ERRORS])
def test_bad_input_is_one_line_exit_code_two_and_nothing_written(
    searched: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main([str(searched), *QUICK, *arguments]) == USAGE
    refused(searched, capsys, words)


def refused(run: Path, capsys: pytest.CaptureFixture[str], words: str) -> None:
    check_refused(capsys, "evo.train", words)
    assert not (run / "train").exists()


def test_a_folder_that_is_no_run_and_missing_images_are_one_line(
    tmp_path: Path, searched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path), *QUICK]) == USAGE
    refused(tmp_path, capsys, "no run here")
    assert main([str(searched)]) == USAGE
    refused(searched, capsys, "--data is missing")


def test_what_cannot_be_inherited_is_one_line_before_anything_is_trained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_gradient_run(tmp_path / "run", gradient_config("pc_darts", portion="2"), seeds=(10,))
    assert main([str(run), *QUICK, "--init", "both"]) == USAGE
    refused(run, capsys, "--init inherited: operations of this supernet have 1 / 2 of the network's channels")


@pytest.mark.parametrize("option", ["cells=5", "channels=6"])
def test_a_network_of_another_size_inherits_nothing_and_random_weights_fit_it(
    run: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    larger = [str(run), *QUICK, "--set", f"space.{option}", "--epochs", "1"]
    assert main([*larger, "--init", "both"]) == USAGE
    refused(run, capsys, f"leave space.{option} out, or take --init random")
    assert main(larger) == DONE


@pytest.mark.parametrize(("given", "expected"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_threads_that_wait_sleep_unless_the_environment_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, given: str | None, expected: str
) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", given or "")
    if given is None:
        monkeypatch.delenv("OMP_WAIT_POLICY")
    seen: list[str | None] = []
    monkeypatch.setattr(command, "main", lambda: seen.append(os.environ.get("OMP_WAIT_POLICY")))
    monkeypatch.delitem(sys.modules, "evo.train", raising=False)
    with pytest.raises(SystemExit):
        runpy.run_module("evo.train", run_name="__main__")
    assert seen == [expected]


def test_nothing_of_torch_is_loaded_before_its_environment_is_set() -> None:
    program = "import sys, evo.train, evo.commands.train; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
