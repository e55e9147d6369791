"""Catches: a file of another kind, or one that is too large for a page, embedded in it."""

from base64 import b64decode
from pathlib import Path

import pytest

from evo.reporting.image_file import MOST_BYTES, png_in

HEAD = b"\x89PNG\r\n\x1a\n"


def test_a_png_is_returned_whole(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(HEAD + b"rest")
    assert b64decode(png_in(tmp_path / "x.png")) == HEAD + b"rest"


def test_another_file_and_a_large_one_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"<svg onload=alert(1)>")
    with pytest.raises(ValueError, match="is no PNG"):
        png_in(tmp_path / "x.png")
    (tmp_path / "y.png").write_bytes(HEAD + bytes(MOST_BYTES))
    with pytest.raises(OSError, match="at most 500,000 are read"):
        png_in(tmp_path / "y.png")
