"""Catches: a gain of trainings of two settings, of two sets of seeds, or of a training that has one of both
first weights; a run against itself, or beside options that say nothing in a comparison.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from evo.commands.train import main
from tasks.foundation.command_line import DONE, USAGE
from tests.evo.retraining.small_runs import result_of
from tests.refusals import check_refused

SETTING = {"data": "digits", "data_root": "a", "label_fraction": 1.0, "settings": {"epochs": 3, "threads": 1}}
OTHER = {**SETTING, "data_root": "b", "settings": {"epochs": 3, "threads": 2}}


def write(run: Path, name: str, setting: dict[str, Any], accuracies: dict[str, float], seed: int = 0) -> Path:
    folder = run / "train" / name
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"architecture": {"candidate": "c"}, "setting": setting}))
    for init, accuracy in accuracies.items():
        (folder / f"{init}-seed-{seed}").mkdir()
        (folder / f"{init}-seed-{seed}" / "result.json").write_text(json.dumps(result_of(init, seed, accuracy)))
    return run


def test_the_gain_is_that_of_trainings_of_one_setting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = write(tmp_path / "with", "x", SETTING, {"inherited": 0.76, "random": 0.71})
    other = write(tmp_path / "without", "a", {**SETTING, "label_fraction": 0.1}, {"inherited": 0.9, "random": 0.1})
    write(other, "y", OTHER, {"inherited": 0.73, "random": 0.74})
    assert main([str(one), "--against", str(other)]) == DONE
    assert capsys.readouterr().out.splitlines()[-1] == "relative gain, seed 0: +6.00 points"


def test_what_cannot_be_compared_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = write(tmp_path / "with", "x", SETTING, {"inherited": 0.76, "random": 0.71})
    half = write(tmp_path / "half", "x", SETTING, {"inherited": 0.7})
    strange = write(tmp_path / "strange", "x", {**SETTING, "data": "cifar10"}, {"inherited": 0.7, "random": 0.6})
    unlike = write(tmp_path / "unlike", "x", SETTING, {"inherited": 0.7, "random": 0.6}, seed=1)
    several = write(write(tmp_path / "several", "x", SETTING, {}), "y", OTHER, {})
    for arguments, words in (
        ([one, "--against", half], "no seed has both first weights to its end"),
        (
            [one, "--against", unlike],
            "no seed is in both: seed 0 in one, seed 1 in the other; train equal ones by --seed",
        ),
        ([one, "--against", strange], "holds no training of that setting"),
        ([one, "--against", tmp_path / "none"], "holds no training of that setting"),
        ([several, "--against", one], "which training is meant; give --name (there: x, y)"),
        ([write(tmp_path / "z", "z", SETTING, {}), "--against", several], "x, y have that setting"),
        ([one, "--against", half, "--name", "z"], "--name z: no training of that name"),
        ([one, "--against", tmp_path / "half" / ".." / "with"], "is the same run"),
        ([tmp_path / "none", "--against", one], "there: none; train it with --init both first"),
    ):
        assert main(list(map(str, arguments))) == USAGE
        captured = capsys.readouterr()
        assert (captured.out, captured.err.count("\n")) == ("", 1)
        assert words in captured.err


@pytest.mark.parametrize(
    "option",
    [
        ["--init", "random"],
        ["--label-fraction", "1.0"],
        ["--seed", "0"],
        ["--seeds", "2"],
        ["--data", "digits"],
        ["--data-root", "."],
        ["--download"],
        ["--epochs", "3"],
        ["--linear-probe"],
        ["--seed-of", "1"],
        ["--candidate", "c"],
        ["--set", "train.clip=1"],
    ],
    ids=" ".join,
)
def test_options_of_a_training_do_not_go_with_a_comparison(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    one, other = (write(tmp_path / name, "x", SETTING, {"inherited": 0.76, "random": 0.71}) for name in "ab")
    assert main([str(one), "--against", str(other), "--name", "x", "--quiet"]) == DONE
    capsys.readouterr()
    assert main([str(one), "--against", str(other), *option]) == USAGE
    check_refused(capsys, "evo.train", f"{option[0]}: --against trains nothing")


def test_all_options_that_do_not_go_with_a_comparison_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(tmp_path / "a"), "--against", str(tmp_path / "b"), "--seeds", "2", "--set", "train.clip=1"]
    assert main(arguments) == USAGE
    check_refused(capsys, "evo.train", "--seeds, --set: --against")
