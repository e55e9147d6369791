"""Catches: a file opened unwatched, or parts that do not reach the end."""

from pathlib import Path

from spaces.tables.published import ImportRequest


def test_what_is_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(5 << 20))
    told: list[float] = []
    with ImportRequest(path, watch=told.append).open() as stream:
        assert stream.read(1) == b"\0"
        assert 0 < told[0] < 0.5
        while stream.read(1 << 19):
            pass
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_an_empty_file_can_be_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with ImportRequest(tmp_path / "file").open() as stream:
        assert stream.read() == b""
