"""What every command does with bad input."""

import pytest


def check_refused(capsys: pytest.CaptureFixture[str], program: str, words: str) -> None:
    """Check that a command printed nothing but one line of complaint, with these words in it."""
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"{program}: error: ")
    assert captured.err.count("\n") == 1
    assert words in captured.err
