"""Catches: a command that prints another path than it writes, that loads torch to tell a misspelt name, or whose
complaint is more than a line."""

from pathlib import Path

import pytest

from evo.commands.draw import PROGRAM, main
from tasks.foundation.command_line import DONE, USAGE
from tests.evo.test_runs import claimed
from tests.refusals import check_refused
from tests.runs import scored
from tests.spaces.drawing.geometry import check_page

CELL = "|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|avg_pool_3x3~2|"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_prints_the_path_of_what_it_draws(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--space", "nasbench201", CELL, "--out", "cell.svg"]) == DONE
    assert capsys.readouterr() == ("cell.svg\n", "")
    assert "avg pool 3x3" in check_page(Path("cell.svg").read_text()).said()


def test_of_a_run_it_draws_the_best(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = claimed(tmp_path / "run", [scored(1.0)])
    assert main([str(run)]) == DONE
    reason, path = capsys.readouterr().out.splitlines()
    assert "text alone is shown" in reason
    assert path == str(run / "best" / "diagram.svg")
    assert main([str(run), "--space", "tests.toy:BitStrings"]) == DONE
    assert capsys.readouterr().out == f"{path}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name a run, or a space by --space"),
        (["nowhere"], "nowhere: no run here"),
        (["--space", "nasbench201", "<script>"], "candidate '<script>': "),
        (["--space", "nasbench21", CELL], "did you mean 'nasbench201'"),
        (["--space", "nasbench201(", CELL], "--space"),
        (["--space", "nasbench201", CELL, "--out", "no/cell.svg"], "folder no does not exist"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(arguments) == USAGE
    check_refused(capsys, PROGRAM, words)
    assert not list(tmp_path.iterdir())
