"""Catches: a file of somebody's that is replaced, a folder in the way of a file."""

from pathlib import Path

import pytest

from evo.exporting.folder import check_files, write_files
from tasks.foundation.errors import UsageError


def test_what_is_there_stays_unless_it_is_the_same_or_given_up(tmp_path: Path) -> None:
    files = {"model.py": b"new", "README.md": b"card"}
    check_files(tmp_path / "not yet", files, force=False)
    write_files(tmp_path / "x", files)
    check_files(tmp_path / "x", files, force=False)
    (tmp_path / "x" / "model.py").write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"model\.py: exists already, with other content; --force replaces it"):
        check_files(tmp_path / "x", files, force=False)
    check_files(tmp_path / "x", files, force=True)
    write_files(tmp_path / "x", files)
    assert (tmp_path / "x" / "model.py").read_bytes() == b"new"


def test_a_folder_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.py").mkdir()
    with pytest.raises(UsageError, match=r"model\.py: is no plain file; take it away"):
        check_files(tmp_path, {"model.py": b""}, force=True)


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        write_files(tmp_path / "file" / "x", {"a": b""})
