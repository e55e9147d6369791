"""What every command does with bad input."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


def refusal(read: Callable[[str], object], text: str) -> str:
    """Return what a reader says of a text that it refuses, nothing where it takes it."""
    try:
        read(text)
    except ValueError as refused:
        return str(refused)
    return ""


def check_refused(capsys: pytest.CaptureFixture[str], program: str, words: str) -> None:
    """Check that a command printed nothing but one line of complaint, with these words in it."""
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"{program}: error: ")
    assert captured.err.count("\n") == 1
    assert words in captured.err


def check_refused_in_a_shell(program: str, *arguments: str) -> None:
    """Check that ``python -m`` ends with the exit code of bad input and one line, and that an import runs nothing."""
    done = _python("-m", program, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"{program}: error: ")
    done = _python("-c", f"import {program}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def _python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False)
