"""Catches: bad input that ends in a traceback, in several lines, in another exit code than 2, or after something was
written or started."""

from pathlib import Path

import pytest

from evo.commands.correlate import main
from evo.records.requests import Placement
from evo.scoring import scoring
from tasks.foundation.command_line import INTERRUPTED, USAGE
from tests.refusals import check_refused

TEXTS = [f"{number:04b}" for number in range(12)]
AXES = ["--space", "tests.toy:BitStrings", "--set", "space.length=4", "--data", "noise"]
COUNT = ["--fitness", "tests.toy:CountOnes"]
TABLE = ["--table", "t.csv", "--metric", "acc"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with a table, and no cluster to start anything on."""
    (tmp_path / "t.csv").write_text("\n".join(["candidate,acc", *(f"{t},{t.count('1')}" for t in TEXTS)]))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(scoring, "opened", None)
    return tmp_path


USAGE_ERRORS = [
    (AXES, "--fitness, --table, --metric"),
    ([*AXES, *TABLE, "--fitness", "tests.toy:Nothing"], "has nothing callable named 'Nothing'"),
    ([*AXES, *TABLE, "--fitness", "synflw"], "did you mean 'synflow'?"),
    ([*AXES, *TABLE, "--fitness", "synflow"], "cannot score space 'tests.toy:BitStrings'"),
    ([*AXES, *TABLE, "--fitness", "tests.toy:LikesNoSpace"], "it likes none"),
    ([*AXES, *TABLE, *COUNT, "--set", "fitness.noise=1"], "in parentheses"),
    ([*AXES, *TABLE, *COUNT, "--set", "space.lenth=4"], "did you mean 'length'?"),
    ([*AXES[:2], *TABLE, *COUNT, "--data", "noise"], "is no candidate of space 'tests.toy:BitStrings': "),
    ([*AXES, *COUNT, "--table", "x.csv", "--metric", "acc"], "--table x.csv: no such file"),
    ([*AXES, *COUNT, "--table", "t.csv", "--metric", "ac"], "did you mean 'acc'?"),
    ([*AXES, *TABLE, *COUNT, "--sample", "13"], "--sample 13: must be 5 to 12"),
    ([*AXES, *TABLE, *COUNT, "--sample", "7", "--rows", "A"], "--sample 7: must be 5 to 6"),
    ([*AXES, *TABLE, *COUNT, "--rows", "C"], "--rows"),
    ([*AXES, *TABLE, *COUNT, "--trial-timeout", "0"], "--trial-timeout 0: must be more than 0"),
    ([*AXES, *TABLE, *COUNT, "--run-dir", "/dev/null/x"], "/dev/null is a file"),
    ([*AXES, *TABLE, *COUNT, "--run-dir", "."], "is not empty and holds no correlate.json"),
    ([*AXES, *TABLE, *COUNT, "--figure", "t.csv"], "--figure t.csv: name a file that ends in .svg, .pdf, .png"),
    ([*AXES, *COUNT, "--table", "digts", "--metric", "value"], "did you mean 'digits'?"),
    ([*AXES, *TABLE, *COUNT, "--data", "fotos"], "did you mean 'photos'?"),
]


@pytest.mark.parametrize(("arguments", "words"), USAGE_ERRORS, ids=[" ".join(a[-2:]) for a, _ in USAGE_ERRORS])
def test_bad_input_is_one_line_exit_code_two_and_nothing_written(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(arguments) == USAGE
    check_refused(capsys, "evo.correlate", words)
    assert [path.name for path in here.iterdir()] == ["t.csv"]


def test_ctrl_c_before_anything_has_begun_is_no_traceback(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(placement: Placement) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(scoring, "opened", interrupt)
    assert main([*AXES, *TABLE, *COUNT]) == INTERRUPTED
    assert "evo.correlate: interrupted" in capsys.readouterr().err
    assert [path.name for path in here.iterdir()] == ["t.csv"]
