"""Catches: broken images that nobody hears of, more of them than are looked at kept out, a wrong first."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.images import header_check
from tasks.images.header_check import check_headers

Make = Callable[..., Path]


def test_what_cannot_be_read_is_found_and_told_with_the_first(folder_of_images: Make) -> None:
    folder = folder_of_images("a.png", "b.png", "c/d.png")
    paths = [folder / name for name in ("a.png", "b.png", "c/d.png")]
    assert check_headers(folder, paths).remarks() == []
    paths[2].write_text("no image")
    paths[1].unlink()
    checked = check_headers(folder, paths)
    assert checked.faults == {paths[1]: "No such file or directory", paths[2]: "no image that can be read"}
    assert checked.first_fault == "b.png (No such file or directory)"
    assert checked.remarks() == [
        f"{folder}: 2 of 3 images cannot be read and are left out; the first is b.png (No such file or directory)"
    ]


def test_of_more_files_than_are_checked_none_is_opened(folder_of_images: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_of_images("a.png", "b.png")
    paths = [folder / "a.png", folder / "b.png"]
    paths[0].write_bytes(b"")
    monkeypatch.setattr(header_check, "MOST_CHECKED", 2)
    assert list(check_headers(folder, paths).faults) == paths[:1]
    monkeypatch.setattr(header_check, "MOST_CHECKED", 1)
    checked = check_headers(folder, paths)
    assert (checked.faults, checked.count) == ({}, 2)
    assert checked.remarks() == [f"{folder}: 2 images; each is looked into when it is first drawn"]
