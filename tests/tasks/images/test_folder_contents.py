"""Catches: a class without a readable image, an image above the limit taken for one, a linked class that vanishes, a
folder accepted that is ambiguous, empty or missing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tasks.foundation.errors import UsageError
from tasks.images.folder_contents import UNLABELLED, read_contents

Make = Callable[..., Path]


def test_images_in_the_folder_itself_have_no_class(folder_of_images: Make) -> None:
    folder = folder_of_images("b.png", "a.png")
    contents = read_contents(folder)
    assert contents.classes == {UNLABELLED: (folder / "a.png", folder / "b.png")}
    assert (contents.labels, contents.remarks) == ((), ())


def test_folders_are_classes_linked_ones_too(folder_of_images: Make, tmp_path: Path) -> None:
    folder = folder_of_images("cats/1.png")
    dogs = tmp_path / "kennel"
    dogs.mkdir()
    shutil.copy(folder / "cats" / "1.png", dogs / "2.png")
    (folder / "dogs").symlink_to(dogs)
    (folder / "birds").mkdir()
    (folder / "birds" / "more").symlink_to(dogs)
    (folder / "all").symlink_to(".")
    contents = read_contents(folder)
    assert contents.labels == ("birds", "cats", "dogs")
    assert contents.classes["birds"] == (folder / "birds" / "more" / "2.png",)


def test_a_class_without_a_readable_image_is_none(folder_of_images: Make) -> None:
    folder = folder_of_images("a/1.png", "b/1.png", "c/1.png", "c/2.png")
    for name in ("b/1.png", "c/1.png"):
        (folder / name).write_bytes(b"broken")
    contents = read_contents(folder)
    assert contents.classes == {"a": (folder / "a/1.png",), "c": (folder / "c/2.png",)}
    assert contents.remarks == (
        f"{folder}: 2 of 4 images cannot be read and are left out; the first is b/1.png (no image that can be read)",
        f"{folder}: 'b' has no image that can be read, and is no class",
    )


def test_images_above_the_decompression_limit_are_left_out(
    folder_of_images: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of_images("a.png", "b.png")
    Image.new("L", (100, 90)).save(folder / "large.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 4_000)  # Pillow refuses twice as many
    contents = read_contents(folder)
    assert contents.classes == {UNLABELLED: (folder / "a.png", folder / "b.png")}
    assert "1 of 3 images cannot be read and are left out; the first is large.png" in contents.remarks[0]
    assert "9000 pixels" in contents.remarks[0]


def test_unusable_folders_are_refused_in_one_line(folder_of_images: Make, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.png").write_bytes(b"")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "a.png").write_bytes(b"x")
    mixed = folder_of_images("a.png", "cats/b.png")
    for folder, words in {
        tmp_path / "gone": "does not exist",
        tmp_path / "empty": "has no image",
        tmp_path / "file.png": "is not a folder",
        tmp_path / "broken": r"none of the 1 images .* can be read; the first is a.png \(no image",
        mixed: "images beside class folders such as 'cats'",
    }.items():
        with pytest.raises(UsageError, match=words) as caught:
            read_contents(folder)
        assert "\n" not in str(caught.value)
