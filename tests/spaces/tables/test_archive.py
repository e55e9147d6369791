"""Catches: a damage of an archive that is not turned into one line, a file of the operating system read as a record."""

import io
import zipfile
import zlib
from pathlib import Path

import pytest

from spaces.tables import archive as archive_module
from spaces.tables.archive import LARGEST_BLANK, is_zip, json_members, opened, readable
from tasks.foundation.errors import UsageError


@pytest.mark.parametrize(
    "damage",
    [OSError("disk"), EOFError("end"), ValueError("x\ny"), RuntimeError("encrypted"), NotImplementedError("method 99"),
     zipfile.BadZipFile("bad"), zlib.error("stream"), MemoryError()],
)  # fmt: skip
def test_every_damage_is_one_line(damage: Exception) -> None:
    with pytest.raises(UsageError, match=r"^f: cannot be read as a thing: ") as caught, readable(Path("f"), "a thing"):
        raise damage
    assert "\n" not in str(caught.value)


def test_a_usage_error_stays_as_it_is() -> None:
    with pytest.raises(UsageError, match=r"^said$"), readable(Path("f"), "a thing"):
        raise UsageError("said")


def test_a_gigabyte_of_blanks_is_refused_by_what_it_states(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("small.json", " " * LARGEST_BLANK)
        archive.writestr("blank.json", " " * (LARGEST_BLANK + 1))
    with zipfile.ZipFile(path) as archive:
        assert opened(archive, "small.json").read(1) == b" "
        with pytest.raises(ValueError, match=r"blank\.json would unpack [0-9,]+ bytes to 16,777,217, more than 200"):
            opened(archive, "blank.json")


def test_a_large_file_of_data_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "LARGEST_BLANK", 100)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", "".join(f"[{number}]" for number in range(1_000)))
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert opened(archive, "data.json").read(3) == b"[0]"


def test_a_zip_archive_is_known_by_its_start() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("b.json", "[]")
        for name in ("a/c.json", "__MACOSX/a.json", "a/.c.json", "d.txt", "a/._b.json"):
            archive.writestr(name, "")
        assert json_members(archive) == ["a/c.json", "b.json"]
    stream.seek(0)
    assert is_zip(stream)
    assert stream.tell() == 0
    assert not is_zip(io.BytesIO(b"[]"))
    assert not is_zip(io.BytesIO(b""))
