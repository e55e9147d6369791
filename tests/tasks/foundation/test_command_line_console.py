"""Catches: a search that ends because nobody reads what it says, a text that takes over the terminal."""

import os
import pty
import subprocess
import sys

import pytest

from tasks.foundation.command_line import printable, say

PROGRAM = "from tasks.foundation.command_line import say\nfor i in range(3000): say('x' * 90)\nimport sys; sys.exit(7)"


def test_a_reader_that_leaves_ends_nothing() -> None:
    command = f'{sys.executable} -c "{PROGRAM}" | head -1; exit ${{PIPESTATUS[0]}}'
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (7, "x" * 90 + "\n", "")


def test_a_terminal_that_is_closed_ends_nothing() -> None:
    screen, terminal = pty.openpty()
    os.close(screen)
    ended = subprocess.run([sys.executable, "-c", PROGRAM], stdout=terminal, stderr=subprocess.PIPE, check=False)
    os.close(terminal)
    assert (ended.returncode, ended.stderr) == (7, b"")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("a\rb\x07", r"a\rb\x07"),
        ("\u202eabc", r"\u202eabc"),
        ("odd \udcff byte", r"odd \udcff byte"),
        ("Größe = 0.5 █\n\tüber", "Größe = 0.5 █\n\tüber"),
    ],
)
def test_what_would_take_over_the_terminal_is_spelled_out(
    text: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert printable(text) == shown
    say(text)
    assert capsys.readouterr().out == shown + "\n"
