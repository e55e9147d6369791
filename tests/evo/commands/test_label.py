"""Catches: bad input that ends in a traceback, in several lines, in another exit code than 2, or after something was
written or started."""

from pathlib import Path

import pytest

from evo.commands.label import main
from evo.records.requests import Placement
from evo.scoring import scoring
from tasks.foundation.command_line import INTERRUPTED, USAGE
from tests.refusals import check_refused

SPACE, OUT = ["--space", "tests.tiny:TinyNetworks"], ["--out", "p.parquet"]
DIGITS = ["--data", "digits"]
FULL = [*SPACE, *DIGITS, *OUT, "--count", "6"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with a panel, and no cluster to start anything on."""
    (tmp_path / "old.parquet").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(scoring, "opened", None)
    return tmp_path


USAGE_ERRORS = [
    (SPACE, "--data, --out"),
    ([*SPACE, *OUT, "--data", "photos"], "--data photos: these images have no labels"),
    ([*SPACE, *OUT, "--data", "digit"], "did you mean 'digits'?"),
    ([*SPACE, *DIGITS, "--out", "p.txt"], "--out p.txt: name a file that ends in .parquet or .csv"),
    ([*SPACE, *DIGITS, "--out", "old.parquet"], "--force replaces it"),
    ([*FULL, "--space", "nasbench21"], "did you mean 'nasbench201'?"),
    ([*FULL, "--space", "nasbench_nlp"], "it trains networks that read images"),
    ([*FULL, "--space", "tests.tiny:TinySequences"], "it trains networks that read images"),
    ([*FULL, "--space", "tests.toy:BitStrings"], "this space builds none"),
    ([*FULL, "--count", "4"], "--count 4: must be at least 5"),
    ([*FULL, "--count", "10"], "--count 10: only 9 different architectures"),
    ([*FULL, "--seeds", "1"], "--seeds 1: must be at least 2"),
    ([*FULL, "--least-agreement", "80"], "--least-agreement 80: must be from -1 to 1"),
    ([*FULL, "--least-agreement", "nan"], "--least-agreement nan: must be from -1 to 1"),
    ([*FULL, "--epochs", "0"], "--epochs 0: must be at least 1"),
    ([*FULL, "--batch", "1"], "batch=1: must be at least 2"),
    ([*FULL, "--pictures", "10"], "pictures=10: must be at least 20"),
    ([*FULL, "--learning-rate", "0"], "learning_rate=0.0"),
    ([*FULL, "--set", "space.depth=4"], "unknown option of space"),
    ([*FULL, "--trial-timeout", "0"], "--trial-timeout 0: must be more than 0"),
    ([*FULL, "--run-dir", "/dev/null/x"], "/dev/null is a file"),
    ([*FULL, "--run-dir", "."], "is not empty and holds no label.json"),
]


@pytest.mark.parametrize(("arguments", "words"), USAGE_ERRORS, ids=[" ".join(a[-2:]) for a, _ in USAGE_ERRORS])
def test_bad_input_is_one_line_exit_code_two_and_nothing_written(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(arguments) == USAGE
    check_refused(capsys, "evo.label", words)
    assert [path.name for path in here.iterdir()] == ["old.parquet"]


def test_ctrl_c_before_anything_has_begun_is_no_traceback(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(placement: Placement) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(scoring, "opened", interrupt)
    assert main(FULL) == INTERRUPTED
    assert "evo.label: interrupted" in capsys.readouterr().err
    assert [path.name for path in here.iterdir()] == ["old.parquet"]
