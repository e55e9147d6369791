"""Catches: labels that follow the file system's order, files in both splits, hidden or foreign files taken for
images, a broken file that stops a run, an empty or missing folder accepted."""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tasks.foundation.errors import UsageError
from tasks.images import decoding
from tasks.images.base import CopiedSource, Split, channels_of, identity_of, normalisation_of, remarks_of
from tasks.images.decoding import read_image
from tasks.images.folder_digest import Digested
from tasks.images.image_folder import NORMALISATION, ImageFolder, open_folder
from tasks.images.sources import open_images

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


def test_broken_files_are_left_out_and_told(folder_of_images: Make) -> None:
    folder = folder_of_images(*NAMES)
    (folder / "07.png").write_bytes(b"")
    source = open_folder(folder, size=8)
    assert sum(source.count(split) for split in Split) == 19
    assert remarks_of(source)[1:] == (
        f"{folder}: 1 of 20 images cannot be read and are left out; the first is 07.png (no image that can be read)",
    )
    assert remarks_of(open_folder(folder_of_images("07.png"), size=8))[1:] == ()


def test_a_folder_says_first_what_it_holds(folder_of_images: Make) -> None:
    flat = open_folder(folder_of_images(*NAMES), size=8)
    assert remarks_of(flat) == ("images: no classes; 16 train, 2 validation, 2 test",)
    assert flat.description == "no classes; 16 train, 2 validation, 2 test"


@pytest.mark.parametrize(
    ("classes", "said"),
    [
        (["cat"], "1 class ('cat'); 1 train, 0 validation, 0 test"),
        (["dog", "cat"], "2 classes ('cat', 'dog'); 2 train, 0 validation, 0 test"),
        (list("gfedcba"), "7 classes ('a', 'b', 'c', 'd', 'e', 2 more); 7 train, 0 validation, 0 test"),
        (["n" * 40], f"1 class ('{'n' * 30}'); 1 train, 0 validation, 0 test"),
    ],
)
def test_classes_are_told_by_their_number_and_the_first_by_name(
    folder_of_images: Make, classes: list[str], said: str
) -> None:
    assert open_folder(folder_of_images(*(f"{name}/1.png" for name in classes)), size=8).description == said


def test_folders_of_splits_are_drawn_from_as_such(folder_of_images: Make) -> None:
    folder = folder_of_images(*(f"train/{c}/{n}.png" for c in "ab" for n in range(3)), "val/b/1.png", "test/a/1.png")
    source = open_folder(folder, size=8)
    assert source.classes == ("a", "b")
    assert [names(folder, split) for split in (Split.VALIDATION, Split.TEST)] == [["val/b/1.png"], ["test/a/1.png"]]
    labels = [source.whole(split).labels for split in Split]
    assert [label.tolist() for label in labels if label is not None] == [[0, 0, 0, 1, 1, 1], [1], [0]]


def test_files_that_turn_out_broken_when_drawn_are_made_up_for_evenly(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(20):
        Image.new("RGB", (40, 40), (10 * number, 0, 0)).save(tmp_path / f"{number:02}.bmp")
    side = open_folder(tmp_path, size=8).sides[Split.TRAIN]
    broken = [file.path for file in side[2:7]]
    for path in broken:
        path.write_bytes(path.read_bytes()[:200])  # its header is whole
    source = open_folder(tmp_path, size=8)
    left = len(side) - 5
    images = source.draw(6 * left, np.random.default_rng(0)).images
    reds = Counter(images[:, 0].mean(dim=(1, 2)).mul(1e4).round().tolist())
    assert list(reds.values()) == [6] * left  # none stands in for those beside it
    assert source.unreadable == 5
    (said,) = caplog.messages
    assert said.startswith("5 images that were drawn cannot be read and are left out; the first is ")
    assert any(str(path) in said for path in broken)
    source.draw(6 * left, np.random.default_rng(1))
    assert caplog.messages == [said]  # once
    again = open_folder(tmp_path, size=8)
    assert torch.equal(images, again.draw(6 * left, np.random.default_rng(0)).images)
    assert torch.equal(images, again.draw(6 * left, np.random.default_rng(0)).images)  # now that they are known


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


def test_a_folder_that_vanishes_during_a_run_is_an_error(folder_of_images: Make) -> None:
    folder = folder_of_images("a.png")
    source = open_folder(folder, size=8)
    source.store.kept.clear()
    shutil.rmtree(folder)
    with pytest.raises(OSError, match="none of 1 images"):
        source.draw(1, np.random.default_rng(0))


def test_an_image_that_is_not_kept_is_decoded_once_in_a_draw(
    folder_of_images: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = open_folder(folder_of_images(*NAMES), size=8)
    source.store.kept.clear()
    source.store.limit = 0
    read = []
    monkeypatch.setattr(decoding, "read_image", lambda *given: read.append(given[0]) or read_image(*given))
    source.draw(20, np.random.default_rng(0))
    assert len(read) == source.count(Split.TRAIN)  # which is fewer than 20


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
    replace(source, store=type(source.store)(source.size)).whole(Split.TRAIN)


def test_the_whole_of_a_flat_folder_has_no_labels(folder_of_images: Make) -> None:
    assert open_folder(folder_of_images(*NAMES), size=8).whole(Split.VALIDATION).labels is None


def test_pictures_by_number_are_centres_and_any_other_stands_for_a_broken_one(folder_of_images: Make) -> None:
    folder = folder_of_images(*(f"{label}/{name}" for label in "ab" for name in NAMES))
    source, numbers = open_folder(folder, size=8), np.array([2, 0, 2])
    whole, found = source.whole(Split.TRAIN), source.at(numbers)
    assert torch.equal(found.images, whole.images[numbers])
    assert found.labels is not None
    assert found.labels.tolist() == [0, 0, 0]
    side = source.sides[Split.TRAIN]
    for file in side[:10]:
        file.path.write_bytes(file.path.read_bytes()[:200])
    again = open_folder(folder, size=8)
    stand_ins = again.at(np.arange(10)).images
    places = [int((whole.images == image).all(dim=(1, 2, 3)).nonzero()) for image in stand_ins]
    assert min(places) >= 10
    assert len(set(places)) > 5  # not all of them the next one
    assert torch.equal(stand_ins, again.at(np.arange(10)).images)


def test_a_folder_is_another_once_a_file_is(folder_of_images: Make) -> None:
    folder = folder_of_images("a/1.png", "b/2.png")
    first = identity_of(open_folder(folder, size=8))
    assert first.startswith("train, validation, test; 2 images, times ")
    assert identity_of(open_folder(folder, size=16)) == first  # the same files
    os.utime(folder / "a" / "1.png", ns=(1, 1))
    assert identity_of(open_folder(folder, size=8)) != first


def test_contents_do_not_change_with_the_time(folder_of_images: Make) -> None:
    folder = folder_of_images("a/1.png", "b/2.png")
    first = identity_of(open_folder(folder, digest=Digested.CONTENTS))
    assert "2 images, contents " in first
    os.utime(folder / "a" / "1.png", ns=(1, 1))
    assert identity_of(open_images(f"imagefolder:{folder}(digest=contents)")) == first
    shutil.copy(folder / "a" / "1.png", folder / "b" / "2.png")
    assert identity_of(open_folder(folder, digest=Digested.CONTENTS)) != first
    with pytest.raises(UsageError, match=r"digest='names'.*'times' or 'contents'"):
        open_images(f"imagefolder:{folder}(digest=names)")


@pytest.mark.parametrize(("channels", "values"), [(1, [0.4]), (3, [0.4] * 3), (4, [0.4] * 3 + [1.0])])
def test_grey_images_in_any_number_of_channels(tmp_path: Path, channels: int, values: list[float]) -> None:
    for number in range(3):
        Image.new("L", (20, 20), 102).save(tmp_path / f"{number}.png")
    source = open_images(f"imagefolder:{tmp_path}(channels={channels})", size=8)
    assert channels_of(source) == channels
    normalisation = normalisation_of(source)
    assert normalisation is not None
    for split in Split:
        images = source.draw(1, np.random.default_rng(0), split=split).images
        assert images.shape == (1, channels, 8, 8)
        pixels = normalisation.undo(images)
        torch.testing.assert_close(pixels[0, :, 3, 3], torch.tensor(values), atol=1e-5, rtol=0)
    of_last = {1: (0.449, 0.226), 3: (0.406, 0.225), 4: (0.0, 1.0)}
    assert (normalisation.mean[-1], normalisation.std[-1]) == of_last[channels]
    with pytest.raises(UsageError, match="channels=2: a folder's images have 1, 3 or 4"):
        open_folder(tmp_path, channels=2)


def test_a_copied_folder_has_another_stamp_and_the_same_digest(folder_of_images: Make, tmp_path: Path) -> None:
    folder = folder_of_images("a/1.png", "b/2.png", "b/3.png")
    source = open_folder(folder, size=8)
    shutil.copytree(folder, tmp_path / "copy", copy_function=shutil.copyfile)
    for path in (tmp_path / "copy").rglob("*.png"):
        os.utime(path, (1, 1))
    copied = open_folder(tmp_path / "copy", size=8)
    assert isinstance(source, CopiedSource)
    assert open_folder(folder, size=16).files_stamp() == source.files_stamp()
    assert copied.files_stamp() != source.files_stamp()
    assert copied.files_digest() == source.files_digest()
    (tmp_path / "copy" / "b" / "3.png").write_bytes(b"x")
    assert open_folder(tmp_path / "copy", size=8).files_digest() != source.files_digest()
