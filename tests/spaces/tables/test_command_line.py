"""Catches: an exit code, stream or number of lines other than agreed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from spaces.tables import importing
from spaces.tables.command_line import main
from tests.published_files import SPACE, nds_record

OneLine = Callable[..., str]


@pytest.fixture
def sweep(tmp_path: Path) -> Path:
    (tmp_path / "ResNet.json").write_text(json.dumps([nds_record(depth, [5.0]) for depth in (1, 2, 1000)]))
    return tmp_path / "ResNet.json"


def test_import_and_show(sweep: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = sweep.with_name("t.parquet")
    command = ["import", "nds", str(sweep), "--out", str(out), "--space", SPACE]
    assert main([*command, "--skip-outside"]) == 0
    assert capsys.readouterr() == (f"{out}: 2 candidates of 3 records, 1 outside the space left out\n", "")
    assert main(["show", str(out)]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.splitlines()[:2] == [f"{out}: 2 candidates", f"space: {SPACE}"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: COMMAND (see --help)"),
        (["shwo", "t"], "invalid choice: 'shwo'"),
        (["import", "nasbench102", "F", "--out", "T"], "unknown kind 'nasbench102'; did you mean 'nasbench101'?"),
        (["import", "nds", "F"], "the following arguments are required: --out"),
        (["import", "nds", "absent", "--out", "T"], "absent: no such file"),
        (["import", "nats", "F", "--out", "T", "--member", "x"], "--member is for nds, not for nats"),
        (["import", "nds", "F", "--out", "T", "--trust"], "--trust is for pickles, and nds is none"),
        (["show", "absent.parquet"], "absent.parquet: no such file"),
    ],
)
def test_misuse_is_one_line(ends_in_one_line: OneLine, arguments: list[str], said: str) -> None:
    assert said in ends_in_one_line(*arguments)


def test_an_interrupt_says_so(sweep: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(importing, "import_table", lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt))
    assert main(["import", "nds", str(sweep), "--out", "t.parquet"]) == 130
    assert capsys.readouterr() == ("", "spaces.tables: interrupted\n")


def test_help_lists_the_kinds_and_their_files(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["import", "--help"])
    assert "nasbench201   NAS-Bench-201-v1_1-096897.pth" in capsys.readouterr().out
