"""Catches: lines without end where there is no terminal, progress on standard output."""

import io
import sys

import pytest

from spaces.tables.import_progress import _lines, import_progress


def test_a_line_comes_every_ten_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    now = 100.0
    watch = _lines("file", lambda: now)
    for now in (101.0, 109.9, 110.0, 111.0, 119.9, 120.5):
        watch((now - 100) / 100)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == ["file: 10% read", "file: 20% read"]


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with import_progress("file") as watch:
        watch(0.5)
    assert "file" in terminal.getvalue()


def test_without_a_terminal_a_short_import_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with import_progress("file") as watch:
        watch(1.0)
    assert capsys.readouterr() == ("", "")
