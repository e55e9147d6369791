"""Catches: planes or labels misread, test images augmented or used for training or validation, crops beyond the
padding, a missing or damaged archive accepted, anything written or fetched without being asked."""

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from tasks.foundation.errors import UsageError
from tasks.images import cifar
from tasks.images.base import Split
from tasks.images.cifar import NORMALISATION, open_cifar10, open_cifar100
from tasks.images.sampling import to_unit

BLACK = [-mean / std for mean, std in zip((125.3, 123.0, 113.9), (63.0, 62.1, 66.7), strict=True)]


def raw_images(path: Path, label_key: str) -> tuple[np.ndarray, list[int]]:
    """Read one archive file: rows of 1,024 red, 1,024 green, 1,024 blue bytes."""
    content = pickle.loads(path.read_bytes())
    return content["data"].reshape(-1, 3, 32, 32), content[label_key]


def test_the_test_is_the_test_file_unchanged(cifar_root: Path) -> None:
    batch = open_cifar10(data_root=cifar_root).draw(4, np.random.default_rng(0), split=Split.TEST)
    pixels, labels = raw_images(cifar_root / "cifar-10-batches-py" / "test_batch", "labels")
    assert batch.labels is not None
    for image, label in zip(batch.images, batch.labels.tolist(), strict=True):
        red, green, blue = pixels[labels.index(label)].astype(np.float64)
        expected = np.stack([(red - 125.3) / 63.0, (green - 123.0) / 62.1, (blue - 113.9) / 66.7])
        np.testing.assert_allclose(image.numpy(), expected, atol=1e-5)


def test_cifar100_uses_the_fine_labels(cifar_root: Path) -> None:
    source = open_cifar100(data_root=cifar_root)
    batch = source.draw(12, np.random.default_rng(0), split=Split.TEST)
    assert source.num_classes == 100
    assert batch.labels is not None
    assert sorted(batch.labels.tolist()) == sorted(2 * [6, 7, 8, 9, 10, 11])


def test_training_images_are_shifted_by_up_to_four_and_half_are_mirrored() -> None:
    image = np.arange(1, 1 + 32 * 32, dtype=np.int64).reshape(1, 32, 32, 1)
    pixels = np.concatenate([image // 256, image % 256, np.full_like(image, 9)], axis=-1).astype(np.uint8)
    crops = cifar._augment(np.repeat(pixels, 600, axis=0), np.random.default_rng(0)).astype(np.int64)
    padded = np.pad(pixels[0].astype(np.int64), ((4, 4), (4, 4), (0, 0)))
    possible = {}
    for top in range(9):
        for left in range(9):
            window = padded[top : top + 32, left : left + 32]
            possible[window.tobytes()] = (top, left, False)
            possible[window[:, ::-1].tobytes()] = (top, left, True)
    found = [possible[np.ascontiguousarray(crop).tobytes()] for crop in crops]
    assert len({(top, left) for top, left, _ in found}) == 81
    assert np.mean([mirrored for *_, mirrored in found]) == pytest.approx(0.5, abs=0.06)


def test_padding_is_black_before_normalisation() -> None:
    white = np.full((50, 32, 32, 3), 255, dtype=np.uint8)
    shifted = cifar._augment(white, np.random.default_rng(0))
    values = np.unique(NORMALISATION.apply(to_unit(shifted))[:, 0])
    assert values == pytest.approx([BLACK[0], (255 - 125.3) / 63.0], rel=1e-5)


def test_another_size_is_the_resized_native_image(cifar_root: Path) -> None:
    native, small = (
        open_cifar10(data_root=cifar_root, size=size).draw(4, np.random.default_rng(0), split=Split.VALIDATION).images
        for size in (32, 16)
    )
    assert small.shape == (4, 3, 16, 16)
    torch.testing.assert_close(small.mean(dim=(2, 3)), native.mean(dim=(2, 3)), atol=0.05, rtol=0)


def test_a_missing_archive_says_what_to_do_and_writes_nothing(tmp_path: Path) -> None:
    root = tmp_path / "data"
    with pytest.raises(UsageError, match=r"CIFAR10: .*cifar-10-batches-py does not exist: unpack .* --download"):
        open_cifar10(data_root=root)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_archive_is_refused_by_its_checksum(tmp_path: Path) -> None:
    folder = tmp_path / "cifar-100-python"
    folder.mkdir()
    for name in ("train", "test", "meta"):
        (folder / name).write_bytes(b"not the published bytes")
    with pytest.raises(UsageError, match=r"CIFAR100: .* is damaged or not complete"):
        open_cifar100(data_root=tmp_path)


def test_a_failed_download_is_a_usage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from torchvision.datasets import CIFAR10

    def fail(self: object) -> None:
        raise OSError("no route to host")

    monkeypatch.setattr(CIFAR10, "download", fail)
    with pytest.raises(UsageError, match=r"cannot be downloaded .*: no route to host"):
        open_cifar10(data_root=tmp_path, download=True)


def test_a_torchvision_that_does_not_fit_is_a_usage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "torchvision.datasets", None)
    with pytest.raises(UsageError, match="torchvision cannot be imported"):
        open_cifar10(data_root=tmp_path)


def archive(folder: Path, *names: str) -> tuple[torch.Tensor, list[int]]:
    """Return the images and labels of archive files, as they are."""
    files = [raw_images(folder / name, "labels") for name in names]
    pixels = np.concatenate([images for images, _ in files]).transpose(0, 2, 3, 1)
    return NORMALISATION.apply(to_unit(pixels)), [label for _, labels in files for label in labels]


def test_the_whole_is_the_archive_in_its_order_and_nothing_is_augmented(cifar_root: Path) -> None:
    images, labels = archive(cifar_root / "cifar-10-batches-py", "test_batch")
    whole = open_cifar10(data_root=cifar_root).whole(Split.TEST)
    assert whole.labels is not None
    assert whole.labels.tolist() == labels
    assert torch.equal(whole.images, images)


def test_validation_is_a_part_of_the_training_files_with_an_image_of_every_class(cifar_root: Path) -> None:
    names = (f"data_batch_{number}" for number in range(1, 6))
    images, labels = archive(cifar_root / "cifar-10-batches-py", *names)
    place = {}
    for split in (Split.TRAIN, Split.VALIDATION):
        whole = open_cifar10(data_root=cifar_root).whole(split)
        assert whole.labels is not None
        assert sorted(whole.labels.tolist()) == list(range(10))  # the archive has two of each
        place[split] = [int((images == image).flatten(1).all(1).nonzero()) for image in whole.images]
        assert [labels[number] for number in place[split]] == whole.labels.tolist()
        assert place[split] == sorted(place[split])
    assert sorted(place[Split.TRAIN] + place[Split.VALIDATION]) == list(range(20))


def test_pictures_by_number_are_those_of_the_whole(cifar_root: Path) -> None:
    source, numbers = open_cifar10(data_root=cifar_root), np.array([3, 0, 3])
    whole, found = source.whole(Split.TRAIN), source.at(numbers)
    assert torch.equal(found.images, whole.images[numbers])
    assert torch.equal(found.labels, whole.labels[numbers])  # type: ignore[index, arg-type]
