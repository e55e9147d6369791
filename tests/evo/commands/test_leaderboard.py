"""Catches: bad input that ends in a traceback, in several lines, in another exit code than 2, or after something was
written or started; a page that is not written, progress that --quiet does not silence."""

from pathlib import Path

import pytest

from evo.boards.request import MARKDOWN, PAGE
from evo.commands.leaderboard import main
from evo.scoring import scoring
from tasks.foundation.command_line import DONE, USAGE
from tests.refusals import check_refused

OWN = ["--space", "tests.toy:BitStrings", "--set", "space.length=5", "--data", "noise", "--metric", "acc"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with a table."""
    (tmp_path / "t.csv").write_text("\n".join(["candidate,acc", *(f"{n:05b},{n}" for n in range(32))]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--table", "t.csv"], "name the --space and the --metric"),
        (["--table", "nasbench21"], "did you mean 'nasbench201'?"),
        (["--sample", "9"], "--sample is for a table of your own"),
        ([*OWN, "--table", "u.csv"], "--table u.csv: no such file"),
        ([*OWN, "--table", "t.csv", "--fitness", "tests.toy:LikesNoSpace"], "it likes none"),
        ([*OWN, "--table", "t.csv", "--fitness", "tests.toy:CountOnes", "--sample", "99"], "--sample 99: must be 5 to"),
        ([*OWN, "--table", "t.csv", "--fitness", "a("], "--fitness"),
        (["--fitness", "synflw"], "did you mean 'synflow'?"),
        (["--run-dir", "/dev/null/x"], "/dev/null is a file"),
    ],
)
def test_bad_input_is_one_line_exit_code_two_and_nothing_written(
    here: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.setattr(scoring, "opened", None)
    assert main(arguments) == USAGE
    check_refused(capsys, "evo.leaderboard", words)
    assert [path.name for path in here.iterdir()] == ["t.csv"]


def test_a_table_of_ones_own_is_scored_told_and_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [*OWN, "--table", "t.csv", "--fitness", "tests.toy:CountOnes", "--workers", "0", "--run-dir", "lb"]
    assert main([*asked, "--quiet"]) == DONE
    said = capsys.readouterr()
    assert said.err == ""
    assert "1 fitness, 32 candidates each -> lb/boards/t-" in said.out
    assert "tests.toy:CountOnes: not timed on this space yet" in said.out
    assert "s for the first candidate" in said.out
    assert "Take tests.toy:CountOnes to search" in " ".join(said.out.split())
    assert max(map(len, said.out.splitlines())) <= 120
    assert sorted(path.name for path in (here / "lb").iterdir()) == ["boards", PAGE, MARKDOWN]
    assert main(asked) == DONE  # nothing is left to score
    assert "for the first candidate" not in capsys.readouterr().out
