"""Catches: a file that is half-written when the process dies, one that is written through a link or over another's."""

import errno
import os
from contextlib import suppress
from pathlib import Path

import pytest

from tasks.foundation.whole_files import LEFTOVERS, replacing, write_bytes


def test_a_reader_sees_the_old_or_the_whole_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(source: object, target: object) -> None:
        raise KeyboardInterrupt

    write_bytes(tmp_path / "x", b"1")
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", crash)
        with pytest.raises(KeyboardInterrupt):
            write_bytes(tmp_path / "x", b"2")
    assert (tmp_path / "x").read_bytes() == b"1"
    assert [path.name for path in tmp_path.glob(LEFTOVERS)] == [".x.tmp"]
    write_bytes(tmp_path / "x", b"3")
    assert (tmp_path / "x").read_bytes() == b"3"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_block_that_fails_replaces_nothing(tmp_path: Path) -> None:
    write_bytes(tmp_path / "x", b"old")
    with suppress(KeyboardInterrupt), replacing(tmp_path / "x") as aside:
        aside.write_text("new")
        raise KeyboardInterrupt
    assert (tmp_path / "x").read_text() == "old"


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_is_full_keeps_the_old_file_and_nothing_of_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def refuse(*given: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    write_bytes(tmp_path / "x", b"old")
    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(OSError, match="No space left"):
        write_bytes(tmp_path / "x", b"new")
    with pytest.raises(OSError, match="No space left"), replacing(tmp_path / "x"):
        refuse()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x", b"old")]


def test_folders_are_made_and_bytes_kept(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a" / "b" / "x", b"\x00\r\n")
    assert (tmp_path / "a" / "b" / "x").read_bytes() == b"\x00\r\n"


def test_file_and_folder_are_on_disk_before_the_block_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    write_bytes(tmp_path / "x", b"1")
    assert synced == [str(tmp_path / ".x.tmp"), str(tmp_path)]
    with replacing(tmp_path / "y", durable=False) as aside:
        aside.write_text("2")
    assert (len(synced), (tmp_path / "y").read_text()) == (2, "2")


def test_no_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("theirs")
    for name in (".x.tmp", "x"):
        (tmp_path / name).symlink_to(tmp_path / "theirs")
    write_bytes(tmp_path / "x", b"ours")
    assert (tmp_path / "theirs").read_text() == "theirs"
    assert (tmp_path / "x").read_bytes() == b"ours"
    assert not (tmp_path / "x").is_symlink()


def test_what_a_killed_writer_left_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / ".x.tmp").write_text("left behind, and longer")
    write_bytes(tmp_path / "x", b"new")
    assert (tmp_path / "x").read_text() == "new"


def test_two_processes_may_write_one_file_at_a_time(tmp_path: Path) -> None:
    with replacing(tmp_path / "x", shared=True) as ours:
        theirs = ours.with_name(ours.name.replace(str(os.getpid()), "1"))
        theirs.write_text("of another process")
        ours.write_text("ours")
    assert (tmp_path / "x").read_text() == "ours"
    assert theirs.read_text() == "of another process"
    write_bytes(tmp_path / "x", b"shared", shared=True)
    assert (tmp_path / "x").read_text() == "shared"
