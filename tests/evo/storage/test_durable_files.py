"""Catches: a JSON file that is written in part, and a damaged one that ends in a traceback."""

import json
import os
from pathlib import Path

import pytest

from evo.storage.durable_files import parse_json, read_json, write_json, write_text
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


def test_texts_are_in_utf_8(tmp_path: Path) -> None:
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


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.json")
    with pytest.raises(UsageError, match="is no plain file"):
        read_json(tmp_path / "x.json", "take it away")
