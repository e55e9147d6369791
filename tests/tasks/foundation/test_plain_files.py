"""Catches: a pipe that is waited for, a device that never ends, a file larger than memory, and a plain one refused."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.foundation.plain_files import NotPlainError, check_plain, open_plain, read_plain, read_plain_text

READERS: tuple[Callable[[Path], object], ...] = (open_plain, read_plain, read_plain_text, check_plain)


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A pipe that nobody writes to."""
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


@pytest.mark.parametrize("read", READERS)
def test_a_pipe_and_a_device_are_refused_at_once(pipe: Path, read: Callable[[Path], object]) -> None:
    link = pipe.with_name("link")
    link.symlink_to("/dev/zero")
    for path in (pipe, Path("/dev/zero"), link):
        with pytest.raises(NotPlainError, match="is no plain file, but a pipe, a device or a socket"):
            read(path)


@pytest.mark.parametrize("read", READERS)
def test_a_folder_and_nothing_are_the_errors_that_python_has_for_them(
    tmp_path: Path, read: Callable[[Path], object]
) -> None:
    with pytest.raises(IsADirectoryError):
        read(tmp_path)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "absent")


def test_what_is_too_large_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    assert read_plain(file, most=5) == b"12345"
    check_plain(file, most=5)
    for read in (read_plain, open_plain, check_plain):
        with pytest.raises(NotPlainError, match="has 5 bytes; at most 4 are read"):
            read(file, most=4)  # type: ignore[operator]


def test_a_text_has_the_line_ends_that_python_gives_it(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes("ä\r\nb\rc\n".encode())
    link.symlink_to(file)
    assert read_plain_text(link) == file.read_text(encoding="utf-8") == "ä\nb\nc\n"
    file.write_bytes(b"\xef\xbb\xbfa\n\xef\xbb\xbf")  # a mark is one where it stands first
    assert read_plain_text(file) == "a\n\ufeff"
    file.write_bytes(b"\xff")
    with pytest.raises(UnicodeDecodeError):
        read_plain_text(file)
