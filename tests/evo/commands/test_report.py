"""Catches: bad input that ends in a traceback, in several lines, in another exit code than 2, or after something was
written."""

from pathlib import Path

import pytest

from evo.commands.report import main
from tasks.foundation.command_line import DONE, USAGE
from tests.refusals import check_refused
from tests.run_folders import done, write_run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with two runs and a file."""
    for name in ("x", "y"):
        write_run(tmp_path / name, [done(0, 1.0)])
    (tmp_path / "old.html").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


USAGE_ERRORS = [
    ([], "RUN"),
    (["nowhere"], "nowhere: is no folder"),
    (["."], "holds no run"),
    (["x", "y"], "2 runs have one report: name its file, --out"),
    (["x", "x", "--out", "z.html"], "x: is given twice"),
    (["x", "--out", "old.html"], "--force replaces it"),
    (["x", "--csv", "no/rows.csv"], "folder no does not exist"),
    (["x", "--top", "3"], "unrecognized arguments: --top 3"),
]


@pytest.mark.parametrize(("arguments", "words"), USAGE_ERRORS, ids=[" ".join(a) or "nothing" for a, _ in USAGE_ERRORS])
def test_bad_input_is_one_line_exit_code_two_and_nothing_written(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    before = sorted(here.rglob("*"))
    assert main(arguments) == USAGE
    check_refused(capsys, "evo.report", words)
    assert sorted(here.rglob("*")) == before


def test_what_was_written_is_said(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["x", "y", "--out", "old.html", "--force", "--csv", "rows.csv", "--quiet"]) == DONE
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("old.html: 2 trials, ")
    assert second == "rows.csv: 2 rows"
