"""Catches: a damage of an archive that is not turned into one line, a file of the operating system read as a record."""

import io
import zipfile
import zlib
from pathlib import Path

import pytest

from spaces.tables.archive import is_zip, json_members, readable
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
