"""Catches: lines lost or taken with their ends, a file that says nothing, a word taken for a file or a file for the
word."""

import argparse
from pathlib import Path

import pytest

from evo.commands.initial_option import add_initial, initial_in
from tasks.foundation.errors import UsageError


def parsed(*arguments: str) -> Path | str | None:
    parser = argparse.ArgumentParser()
    add_initial(parser.add_argument_group())
    given: Path | str | None = parser.parse_args(arguments).initial
    return given


def test_lines_of_a_file_that_are_not_blank_are_candidates(tmp_path: Path) -> None:
    (tmp_path / "first").write_bytes(b"\xef\xbb\xbf0101\r\n\n 1111 \r\n")
    assert initial_in(parsed("--initial", str(tmp_path / "first"))) == ("0101", "1111")


def test_published_is_a_word_and_may_be_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("published").write_text("0000")
    assert initial_in(parsed("--initial", "published")) == "published"
    assert initial_in(parsed("--initial", "./published")) == ("0000",)
    assert initial_in(parsed()) is None


@pytest.mark.parametrize(
    ("content", "words"), [(b" \n\n", "lists no candidate"), (b"\xff\xfe", "cannot be read"), (None, "cannot be read")]
)
def test_a_file_that_says_nothing_is_one_line(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "first"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=words) as caught:
        initial_in(parsed("--initial", str(path)))
    assert "\n" not in str(caught.value)
