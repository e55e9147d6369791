"""Catches: work of hours whose outcome cannot be written, and a file that is replaced unasked."""

from pathlib import Path

import pytest

from tasks.foundation import output_files
from tasks.foundation.errors import UsageError
from tasks.foundation.output_files import check_output


def test_outputs_that_cannot_be_are_refused(tmp_path: Path) -> None:
    (tmp_path / "there.parquet").write_bytes(b"")
    for path, said in (
        (tmp_path / "absent" / "t.parquet", "does not exist"),
        (tmp_path, "is no plain file"),
        (tmp_path / "there.parquet", "exists already; --force replaces it"),
        (Path("/dev/null"), "is no plain file"),
        (tmp_path / ("x" * 400), "cannot be looked at"),
    ):
        with pytest.raises(UsageError, match=said):
            check_output(path, force=False)
    check_output(tmp_path / "there.parquet", force=True)
    check_output(tmp_path / "new.parquet", force=False)
    with pytest.raises(UsageError, match="is no plain file"):
        check_output(tmp_path, force=True)


def test_a_folder_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output_files.os, "access", lambda path, mode: False)
    with pytest.raises(UsageError, match="cannot be written to"):
        check_output(tmp_path / "t.parquet", force=False)
