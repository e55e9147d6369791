"""Catches: bad input that ends in a traceback, in several lines, in another exit code than 2, or after something was
written."""

from pathlib import Path
from typing import Any

import pytest

from evo.commands.export import main
from tasks.foundation.command_line import DONE, USAGE
from tests.evo.retraining.small_runs import write_evolution_run
from tests.refusals import check_refused

RESNET = "ds=1,1,1,1:ws=16,16,16,16"
USAGE_ERRORS = [
    (["--format", "torhc"], "did you mean 'torch'?"),
    (["--candidate", "x"], "--candidate 'x': "),
    (["--space", "nds_vanilla"], "the run has nds_resnet"),
    (["--space", "nds_resne"], "did you mean 'nds_resnet'?"),
    (["--colour", "red"], "unrecognized arguments: --colour red"),
]


@pytest.fixture
def evolved(tmp_path: Path) -> Path:
    return write_evolution_run(tmp_path / "run", [RESNET])


@pytest.mark.parametrize(("arguments", "words"), USAGE_ERRORS, ids=[" ".join(a) for a, _ in USAGE_ERRORS])
def test_bad_input_is_one_line_exit_code_two_and_nothing_written(
    evolved: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    before = sorted(evolved.iterdir())
    assert main([str(evolved), "--quiet", *arguments]) == USAGE
    check_refused(capsys, "evo.export", words)
    assert sorted(evolved.iterdir()) == before


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == USAGE
    check_refused(capsys, "evo.export", "no run here")


def test_what_was_written_is_said(evolved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(evolved)]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[-3] == f"{evolved / 'best'}: model.py, README.md"
    assert lines[-2].endswith(" lines, checked: same outputs, bit for bit")
    assert lines[-1] == f"weights: none; python -m evo.train {evolved} trains some"


def test_a_named_candidate_is_exported_beside_the_best(evolved: Path) -> None:
    assert main([str(evolved), "--candidate", RESNET, "--quiet"]) == DONE
    (folder,) = (evolved / "exports").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "model.py"]


def test_trials_are_written_into_a_study(evolved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    optuna: Any = pytest.importorskip("optuna", reason="optuna is not installed (extra: trackers)")
    address = f"sqlite:///{tmp_path}/x.db"
    assert main([str(evolved), "--optuna", address, "--study", "s"]) == DONE
    assert capsys.readouterr().out == f"study s in {address}: optuna-dashboard {address} shows it\n"
    (trial,) = optuna.load_study(study_name="s", storage=address).trials
    assert trial.user_attrs["candidate"] == RESNET
    assert not (evolved / "best").exists()
