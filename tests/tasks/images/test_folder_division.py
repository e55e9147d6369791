"""Catches: a split that its folder does not decide, a label of another class than the folder's, a file in two
splits."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.foundation.errors import UsageError
from tasks.images import header_check
from tasks.images.base import Split
from tasks.images.folder_division import FolderFiles, ImageFile, read_files
from tests.image_files import write_images

Make = Callable[..., Path]
THREE = ["train/b/1.png", "train/b/2.png", "train/a/1.png", "val/b/7.png", "test/a/8.png", "test/b/9.png"]


def shown(folder: Path, files: FolderFiles) -> dict[str, list[tuple[str, int]]]:
    """Return the names below the folder, and the labels, of every split."""
    return {
        str(split): [(file.path.relative_to(folder).as_posix(), file.label) for file in side]
        for split, side in files.sides().items()
    }


def test_folders_of_splits_are_splits_and_their_folders_are_classes(folder_of_images: Make) -> None:
    folder = folder_of_images(*THREE)
    files = read_files(folder)
    assert files.labels == ("a", "b")
    assert shown(folder, files) == {
        "train": [("train/a/1.png", 0), ("train/b/1.png", 1), ("train/b/2.png", 1)],
        "validation": [("val/b/7.png", 1)],
        "test": [("test/a/8.png", 0), ("test/b/9.png", 1)],
    }


@pytest.mark.parametrize("kept", ["val", "test"])
def test_the_split_that_has_no_folder_is_a_tenth_of_every_class_to_train_on(folder_of_images: Make, kept: str) -> None:
    folder = folder_of_images(*(f"train/{label}/{n}.png" for label in "abc" for n in range(10)), f"{kept}/a/x.png")
    sides = read_files(folder).sides()
    given, drawn = (Split.VALIDATION, Split.TEST) if kept == "val" else (Split.TEST, Split.VALIDATION)
    assert [file.path.name for file in sides[given]] == ["x.png"]
    assert [file.label for file in sides[drawn]] == [0, 1, 2]
    assert len(sides[Split.TRAIN]) == 27


def test_held_out_images_are_of_every_class(folder_of_images: Make) -> None:
    sides = read_files(folder_of_images(*(f"{c}/{n}.png" for c in range(10) for n in range(10)))).sides()
    for split in (Split.VALIDATION, Split.TEST):
        assert [file.label for file in sides[split]] == list(range(10))


def test_images_of_splits_may_have_no_classes(folder_of_images: Make) -> None:
    folder = folder_of_images("train/1.png", "train/2.png", "val/3.png")
    files = read_files(folder)
    assert (files.labels, files.remarks) == ((), ())
    assert [len(side) for side in files.sides().values()] == [1, 1, 1]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["train/a/1.png", "val/b/1.png"], r"val has the class 'b', and .*train has not; move it, or add it"),
        (["train/1.png", "test/b/1.png"], r"test has the class 'b', and .*train has not"),
        (["train/a/1.png", "test/1.png"], r"test has images of no class, and .*train has classes such as 'a'; sort"),
        (["train/a/1.png", "val/a/1.png", "test/2.png", "test/a/1.png"], "test has images beside class folders"),
    ],
)
def test_splits_of_other_classes_are_refused(folder_of_images: Make, names: list[str], words: str) -> None:
    with pytest.raises(UsageError, match=f"^imagefolder: .*{words}") as caught:
        read_files(folder_of_images(*names))
    assert "\n" not in str(caught.value)


def test_a_class_may_be_missing_where_it_is_not_trained_on(folder_of_images: Make) -> None:
    folder = folder_of_images("train/a/1.png", "train/b/1.png", "train/c/1.png", "val/c/1.png")
    assert shown(folder, read_files(folder))["validation"] == [("val/c/1.png", 2)]


def test_files_that_are_lost_leave_their_split_and_an_empty_one_is_refused(folder_of_images: Make) -> None:
    files = read_files(folder_of_images(*THREE))
    first = files.given[Split.TEST][0]
    assert files.without([first]).given[Split.TEST] == files.given[Split.TEST][1:]
    assert files.without([first]).given[Split.TRAIN] == files.given[Split.TRAIN]
    with pytest.raises(UsageError, match=r"none of the 1 images for validation, \S*val/b/7.png among them, can be"):
        files.without(files.given[Split.VALIDATION])


def test_a_file_that_is_another_by_a_link_is_left_out(folder_of_images: Make) -> None:
    folder = folder_of_images("train/a/1.png", "train/b/2.png", "test/a/3.png")
    (folder / "train" / "a" / "4.png").symlink_to(folder / "test" / "a" / "3.png")
    os.link(folder / "train" / "b" / "2.png", folder / "train" / "a" / "5.png")
    files = read_files(folder)
    assert shown(folder, files)["test"] == [("test/a/3.png", 0)]
    assert sorted(file.path.name for file in files.given[Split.TRAIN]) == ["1.png", "5.png"]
    assert files.remarks == (f"{folder}: 2 files are others by a link and are left out; the first is train/a/4.png",)


def test_links_that_lead_nowhere_in_a_large_folder_are_met_later(
    folder_of_images: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(header_check, "MOST_CHECKED", 1)
    folder = folder_of_images("1.png")
    for name in ("2.png", "3.png"):
        (folder / name).symlink_to("gone.png")
    assert len(read_files(folder).given[Split.TRAIN]) == 3


@given(
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(1, 12), min_size=1), st.sets(st.sampled_from(Split))
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_is_in_two_splits_and_every_file_in_one(
    tmp_path_factory: pytest.TempPathFactory, counts: dict[str, int], layout: set[Split]
) -> None:
    folder, places = (
        tmp_path_factory.mktemp("any"),
        [f"{split}/" for split in {Split.TRAIN, *layout}] if layout else [""],
    )
    names = [f"{place}{label}/{n}.png" for place in places for label, count in counts.items() for n in range(count)]
    files = read_files(write_images(folder, *names, size=(4, 4)))
    sides = files.sides()
    found = [file.path.relative_to(folder).as_posix() for side in sides.values() for file in side]
    assert sorted(found) == sorted(names)
    for file in (file for side in sides.values() for file in side):
        assert file.path.parent.name == files.labels[file.label]
    for split in layout - {Split.TRAIN}:
        assert all(file.path.relative_to(folder).parts[0] == split for file in sides[split])
    assert ImageFile(folder / names[0], 0).path in [file.path for side in sides.values() for file in side]
