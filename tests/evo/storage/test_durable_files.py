"""Catches: a file that is half-written when the process dies, and a damaged one that ends in a traceback."""

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest

from evo.storage.durable_files import parse_json, read_json, replacing, write_bytes, write_json, write_text
from tasks.foundation.errors import UsageError


def test_a_reader_sees_the_old_or_the_whole_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(source: object, target: object) -> None:
        raise KeyboardInterrupt

    write_json(tmp_path / "x.json", {"a": 1})
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", crash)
        with pytest.raises(KeyboardInterrupt):
            write_json(tmp_path / "x.json", {"a": 2})
    assert json.loads((tmp_path / "x.json").read_text()) == {"a": 1}
    write_json(tmp_path / "x.json", {"a": 3})
    assert json.loads((tmp_path / "x.json").read_text()) == {"a": 3}
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]


def test_a_block_that_fails_replaces_nothing(tmp_path: Path) -> None:
    write_text(tmp_path / "x", "old")
    with suppress(KeyboardInterrupt), replacing(tmp_path / "x") as aside:
        aside.write_text("new")
        raise KeyboardInterrupt
    assert (tmp_path / "x").read_text() == "old"


def test_folders_are_made_and_bytes_kept(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a" / "b" / "x", b"\x00\r\n")
    assert (tmp_path / "a" / "b" / "x").read_bytes() == b"\x00\r\n"
    write_text(tmp_path / "a" / "t", "é\n")
    assert (tmp_path / "a" / "t").read_bytes() == b"\xc3\xa9\n"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", "[" * 100_000, "\udcff"])
def test_what_holds_no_object_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError):  # noqa: PT011
        parse_json(tmp_path / "x.json")
    with pytest.raises(UsageError) as caught:
        read_json(tmp_path / "x.json", "take it away")
    assert str(caught.value).startswith(f"{tmp_path}/x.json: cannot be read (")
    assert str(caught.value).endswith("; take it away")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        parse_json(tmp_path / "x.json")
    with pytest.raises(UsageError, match="No such file"):
        read_json(tmp_path / "x.json", "take it away")


def test_no_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("theirs")
    for name in (".x.json.tmp", "x.json"):
        (tmp_path / name).symlink_to(tmp_path / "theirs")
    write_json(tmp_path / "x.json", {"a": 1})
    assert (tmp_path / "theirs").read_text() == "theirs"
    assert json.loads((tmp_path / "x.json").read_text()) == {"a": 1}
    assert not (tmp_path / "x.json").is_symlink()


def test_what_a_killed_writer_left_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / ".x.tmp").write_text("left behind, and longer")
    write_text(tmp_path / "x", "new")
    assert (tmp_path / "x").read_text() == "new"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.json")
    with pytest.raises(UsageError, match="is no plain file"):
        read_json(tmp_path / "x.json", "take it away")


def test_two_processes_may_write_one_file_at_a_time(tmp_path: Path) -> None:
    with replacing(tmp_path / "x", shared=True) as ours:
        theirs = ours.with_name(ours.name.replace(str(os.getpid()), "1"))
        theirs.write_text("of another process")
        ours.write_text("ours")
    assert (tmp_path / "x").read_text() == "ours"
    assert theirs.read_text() == "of another process"
