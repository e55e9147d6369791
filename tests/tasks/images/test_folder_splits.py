"""Catches: folders of splits taken for classes, classes taken for splits, a layout accepted that is neither."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.foundation.errors import UsageError
from tasks.images.base import Split
from tasks.images.folder_splits import NAMES, split_folders

Make = Callable[..., Path]


def found(folder: Path) -> dict[str, str]:
    return {str(split): place.name for split, place in split_folders(folder).items()}


@pytest.mark.parametrize(
    ("names", "splits"),
    [
        (["train", "val"], {"train": "train", "validation": "val"}),
        (["Train", "TEST", "valid"], {"train": "Train", "validation": "valid", "test": "TEST"}),
        (["training", "validation", "testing"], {"train": "training", "validation": "validation", "test": "testing"}),
        (["train"], {"train": "train"}),
        (["bus", "train", "tram"], {}),
        (["control", "test"], {}),
        (["cats", "dogs"], {}),
    ],
)
def test_folders_are_splits_by_their_names(folder_of_images: Make, names: list[str], splits: dict[str, str]) -> None:
    assert found(folder_of_images(*(f"{name}/a/1.png" for name in names))) == splits


def test_every_split_has_a_name() -> None:
    assert set(NAMES.values()) == set(Split)


def test_folders_without_an_image_and_links_that_lead_back_are_no_splits(folder_of_images: Make) -> None:
    folder = folder_of_images("train/a/1.png", "notes/1.png", "val/a/1.png")
    (folder / "notes" / "1.png").rename(folder / "notes" / "1.txt")
    (folder / "test").symlink_to(".")
    assert found(folder) == {"train": "train", "validation": "val"}
    (folder / "val" / "a" / "1.png").unlink()
    assert found(folder) == {"train": "train"}


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["train", "val", "extra"], r"\(train, val\) beside 'extra', which is no split; move either"),
        (["test", "val", "images"], r"\(test, val\) beside 'images', which is no split"),
        (["test", "val"], r"\(test, val\) and none to train on; call that one 'train', as in train/CLASS/1\.png$"),
        (["test"], r"\(test\) and none to train on; call that one 'train'"),
        (["Validation"], r"\(Validation\) and none to train on"),
        (["train", "val", "valid"], r"\(train, val, valid\) two of which are the same split; move one"),
    ],
)
def test_what_is_neither_splits_nor_classes_is_refused(folder_of_images: Make, names: list[str], words: str) -> None:
    with pytest.raises(UsageError, match=f"^imagefolder: .* has folders of splits {words}"):
        split_folders(folder_of_images(*(f"{name}/a/1.png" for name in names)))


def test_images_beside_splits_are_refused(folder_of_images: Make) -> None:
    with pytest.raises(UsageError, match=r"has folders of splits \(test, train\) beside images; move either"):
        split_folders(folder_of_images("1.png", "train/a/1.png", "test/a/1.png"))


def test_two_splits_in_one_folder_are_refused(folder_of_images: Make) -> None:
    folder = folder_of_images("train/a/1.png")
    (folder / "test").symlink_to("train")
    with pytest.raises(UsageError, match="two of which are one folder by a link; move one"):
        split_folders(folder)


def test_what_cannot_be_listed_is_left_to_whoever_reads_it(tmp_path: Path) -> None:
    assert split_folders(tmp_path / "gone") == {}
