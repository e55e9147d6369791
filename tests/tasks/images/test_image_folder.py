"""Catches: labels that follow the file system's order, files in both splits, hidden or foreign files taken for
images, a broken file that stops a run, an empty or missing folder accepted."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tasks.foundation.errors import UsageError
from tasks.images.base import Split
from tasks.images.image_folder import NORMALISATION, ImageFolder, open_folder

Make = Callable[..., Path]
NAMES = [f"{i:02}.png" for i in range(20)]


def names(folder: Path, split: Split) -> list[str]:
    return [file.path.relative_to(folder).as_posix() for file in open_folder(folder, size=8).sides[split]]


def test_a_flat_folder_is_unlabelled_and_split_eight_to_one_to_one(folder_of_images: Make) -> None:
    folder = folder_of_images(*NAMES)
    source = open_folder(folder, size=16)
    assert source.num_classes is None
    assert source.draw(3, np.random.default_rng(0)).labels is None
    train, *held_out = (names(folder, split) for split in Split)
    assert [len(part) for part in held_out] == [2, 2]
    assert sorted(sum(held_out, train)) == NAMES


def test_class_folders_are_labels_in_sorted_order(folder_of_images: Make, tmp_path: Path) -> None:
    folder = folder_of_images("b/1.png", "c/deep/2.png", "a/3.png", "a/4.png")
    (folder / "nothing here").mkdir()
    source = open_folder(folder, size=16)
    assert source.classes == ("a", "b", "c")
    assert source.num_classes == 3
    for side in source.sides.values():
        assert all(file.label == "abc".index(file.path.relative_to(folder).parts[0]) for file in side)


def test_drawn_labels_belong_to_the_drawn_pictures(tmp_path: Path) -> None:
    for label, grey in enumerate((40, 200)):
        for number in range(5):
            path = tmp_path / f"class{label}" / f"{number}.png"
            path.parent.mkdir(exist_ok=True)
            Image.new("RGB", (20, 20), (grey, grey, grey)).save(path)
    batch = open_folder(tmp_path, size=8).draw(9, np.random.default_rng(0))
    assert batch.labels is not None
    assert ((batch.images.mean(dim=(1, 2, 3)) > 0).long() == batch.labels).all()


def test_hidden_and_foreign_files_are_ignored(folder_of_images: Make) -> None:
    folder = folder_of_images("a.png", "b.PNG", ".hidden.png", ".thumbnails/c.png")
    (folder / "notes.txt").write_text("x")
    assert sorted(names(folder, Split.TRAIN) + names(folder, Split.VALIDATION)) == ["a.png", "b.PNG"]


def test_what_a_folder_is_too_small_for_is_told_and_never_drawn(folder_of_images: Make) -> None:
    folder = folder_of_images("a.png")
    assert open_folder(folder).splits == (Split.TRAIN,)
    assert names(folder, Split.TRAIN) == ["a.png"]
    with pytest.raises(UsageError, match="a split without an image"):
        open_folder(folder).draw(1, np.random.default_rng(0), split=Split.VALIDATION)
    assert open_folder(folder_of_images("b.png")).splits == (Split.TRAIN, Split.VALIDATION)
    assert open_folder(folder_of_images("c.png")).splits == tuple(Split)


def test_validation_shows_the_centre_and_training_everything(tmp_path: Path) -> None:
    ramp = np.zeros((64, 256, 3), dtype=np.uint8)
    ramp[:, :, 0] = np.arange(256)
    for name in ("a.png", "b.png"):
        Image.fromarray(ramp).save(tmp_path / name)
    source = open_folder(tmp_path, size=32)

    def red(split: Split, count: int) -> torch.Tensor:
        images = source.draw(count, np.random.default_rng(0), split=split).images
        return (images[:, 0] * NORMALISATION.std[0] + NORMALISATION.mean[0]) * 255

    centre = red(Split.VALIDATION, 2)
    assert centre.mean(dim=(1, 2)).tolist() == pytest.approx([127.5, 127.5], abs=1)
    assert bool((centre[:, :, -1] > centre[:, :, 0]).all())  # never mirrored
    train = red(Split.TRAIN, 200)
    assert float(train.mean(dim=(1, 2)).std()) > 40
    assert float((train[:, 0, -1] < train[:, 0, 0]).float().mean()) == pytest.approx(0.5, abs=0.12)


def test_broken_files_are_passed_over_and_counted(folder_of_images: Make) -> None:
    folder = folder_of_images(*NAMES)
    broken = [file.path for file in open_folder(folder, size=8).sides[Split.TRAIN][:5]]
    for path in broken:
        path.write_bytes(path.read_bytes()[:200])
    source = open_folder(folder, size=8)
    first = source.draw(40, np.random.default_rng(0))
    assert source.unreadable == 5
    again = open_folder(folder, size=8).draw(40, np.random.default_rng(0))
    assert torch.equal(first.images, again.images)


@pytest.mark.parametrize("split", list(Split))
def test_the_files_of_a_split_that_none_of_can_be_read_are_left_out(folder_of_images: Make, split: Split) -> None:
    folder = folder_of_images("a.png", "b.png", "c.png")
    lost = open_folder(folder, size=8).sides[split][0].path
    lost.write_bytes(b"")
    source = open_folder(folder, size=8)
    assert [len(source.sides[other]) for other in Split] == [1, 1, 0]
    assert lost not in [file.path for side in source.sides.values() for file in side]
    assert source.draw(2, np.random.default_rng(0), split=Split.VALIDATION).images.shape == (2, 3, 8, 8)


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (400, 3), (7, 5)])
def test_tiny_and_narrow_pictures_are_enlarged(folder_of_images: Make, size: tuple[int, int]) -> None:
    source = open_folder(folder_of_images("a.png", "b.png", "c.png", size=size), size=16)
    for split in Split:
        assert source.draw(4, np.random.default_rng(0), split=split).images.shape == (4, 3, 16, 16)


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
        tmp_path / "broken": "none of the 1 images .* can be read",
        mixed: "images beside class folders such as 'cats'",
    }.items():
        with pytest.raises(UsageError, match=words) as caught:
            open_folder(folder)
        assert "\n" not in str(caught.value)


def test_a_folder_that_vanishes_during_a_run_is_an_error(folder_of_images: Make) -> None:
    folder = folder_of_images("a.png")
    source = open_folder(folder, size=8)
    source.store.kept.clear()
    shutil.rmtree(folder)
    with pytest.raises(OSError, match="none of 1 images"):
        source.draw(1, np.random.default_rng(0))


@given(st.integers(0, 2**32), st.integers(1, 12))
def test_draws_depend_on_nothing_but_the_generator(seed: int, count: int) -> None:
    source = SHARED[0]
    first, again = (source.draw(count, np.random.default_rng(seed)).images for _ in range(2))
    assert torch.equal(first, again)


SHARED: list[ImageFolder] = []


@pytest.fixture(autouse=True, scope="module")
def shared_source(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("shared")
    for number in range(4):
        noise = np.random.default_rng(number).integers(256, size=(30, 20, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / f"{number}.png")
    SHARED.append(open_folder(folder, size=8))


def test_the_whole_is_every_readable_file_once_from_its_centre(folder_of_images: Make) -> None:
    folder = folder_of_images(*(f"{label}/{name}" for label in "ab" for name in NAMES))
    source = open_folder(folder, size=8)
    side = source.sides[Split.TRAIN]
    side[2].path.write_bytes(b"no image")
    whole, judged = source.whole(Split.TRAIN), source.whole(Split.VALIDATION)
    assert whole.labels is not None
    assert whole.labels.tolist() == [file.label for file in side if file is not side[2]]
    drawn = source.draw(4, np.random.default_rng(0), split=Split.VALIDATION).images  # which shows centres, in any order
    assert sorted(judged.images.flatten(1).tolist()) == sorted(drawn.flatten(1).tolist())
    for file in side:
        file.path.unlink()
    with pytest.raises(OSError, match="can be read any more"):
        open_folder_again(source)


def open_folder_again(source: ImageFolder) -> None:
    """Draw the whole of a folder whose files are gone, by a source that has kept none of them."""
    ImageFolder(source.size, source.classes, source.sides, type(source.store)(source.size)).whole(Split.TRAIN)


def test_the_whole_of_a_flat_folder_has_no_labels(folder_of_images: Make) -> None:
    assert open_folder(folder_of_images(*NAMES), size=8).whole(Split.VALIDATION).labels is None


def test_pictures_by_number_are_centres_and_the_next_one_stands_for_a_broken_one(folder_of_images: Make) -> None:
    folder = folder_of_images(*(f"{label}/{name}" for label in "ab" for name in NAMES))
    source, numbers = open_folder(folder, size=8), np.array([2, 0, 2])
    whole, found = source.whole(Split.TRAIN), source.at(numbers)
    assert torch.equal(found.images, whole.images[numbers])
    assert found.labels is not None
    assert found.labels.tolist() == [0, 0, 0]
    source.sides[Split.TRAIN][0].path.write_bytes(b"broken")
    assert torch.equal(open_folder(folder, size=8).at(numbers).images, whole.images[[2, 1, 2]])
