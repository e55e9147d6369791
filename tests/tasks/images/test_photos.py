"""Catches: a photograph on both sides, crops of one scale only, constants that no longer fit the crops, decoding
before the first draw."""

from pathlib import Path

import numpy as np
import pytest
import torch

from tasks.foundation.errors import UsageError
from tasks.foundation.randomness import derive_rng
from tasks.images import photos
from tasks.images.base import Split
from tasks.images.photos import LEAST_CONTRAST, NORMALISATION, SCENES, TRIES, Photos
from tasks.images.sampling import Normalisation


def test_no_photograph_is_on_both_sides_and_the_stereo_pair_stays_together() -> None:
    train, validation = ({name for scene in SCENES[split] for name in scene} for split in Photos.splits)
    assert not train & validation
    assert ("motorcycle_left.png", "motorcycle_right.png") in SCENES[Split.TRAIN]
    assert len(train | validation) == 11
    assert len(SCENES[Split.VALIDATION]) == 4


def test_the_constants_fit_freshly_drawn_crops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "NORMALISATION", Normalisation((0, 0, 0), (1, 1, 1)))
    images = Photos().draw(3000, derive_rng(0, "photos", "normalisation")).images.double()
    assert images.mean(dim=(0, 2, 3)).tolist() == pytest.approx(NORMALISATION.mean, abs=0.015)
    assert images.std(dim=(0, 2, 3)).tolist() == pytest.approx(NORMALISATION.std, abs=0.01)


def test_nothing_is_decoded_before_the_first_draw() -> None:
    photos._photographs.cache_clear()
    source = Photos()
    assert photos._photographs.cache_info().currsize == 0
    source.draw(2, np.random.default_rng(0))
    source.draw(2, np.random.default_rng(0))
    assert photos._photographs.cache_info().misses == 1


def test_crop_sides_are_log_uniform_up_to_the_shorter_side(monkeypatch: pytest.MonkeyPatch) -> None:
    sides: list[int] = []

    def record(image: object, corner: tuple[int, int], side: int, size: int) -> np.ndarray:
        sides.append(side)
        return np.array([[[0, 0, 255]]], dtype=np.uint8)  # enough contrast to be taken at once

    monkeypatch.setattr(photos, "cut", record)
    monkeypatch.setattr(photos, "_photographs", lambda split: photos_of_one_size())
    Photos(size=32).draw(4000, np.random.default_rng(0))
    zoom = np.log(np.array(sides) / 32) / np.log(512 / 32)
    assert (min(sides), max(sides)) == (32, 512)
    assert np.quantile(zoom, [0.25, 0.5, 0.75]) == pytest.approx([0.25, 0.5, 0.75], abs=0.03)


def photos_of_one_size() -> tuple[tuple[object, ...], ...]:
    from PIL import Image

    return ((Image.new("RGB", (700, 512)),),)


def test_every_crop_lies_inside_its_photograph(monkeypatch: pytest.MonkeyPatch) -> None:
    boxes: list[tuple[int, int, int]] = []

    def record(image: object, corner: tuple[int, int], side: int, size: int) -> np.ndarray:
        boxes.append((*corner, side))
        return np.array([[[0, 0, 255]]], dtype=np.uint8)  # enough contrast to be taken at once

    monkeypatch.setattr(photos, "cut", record)
    monkeypatch.setattr(photos, "_photographs", lambda split: photos_of_one_size())
    Photos(size=300).draw(2000, np.random.default_rng(0))
    assert all(x >= 0 and x + side <= 700 and y >= 0 and y + side <= 512 for x, y, side in boxes)
    assert max(x + side for x, _, side in boxes) == 700
    assert max(y + side for _, y, side in boxes) == 512


def test_sizes_beyond_the_photographs_are_enlarged() -> None:
    images = Photos(size=600).draw(2, np.random.default_rng(0)).images
    assert images.shape == (2, 3, 600, 600)
    assert bool(torch.isfinite(images).all())


def test_missing_photographs_are_a_usage_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(photos, "_installed", lambda package, distribution: tmp_path)
    with pytest.raises(UsageError, match=r"astronaut\.png is missing"):
        Photos()
    monkeypatch.undo()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="scikit-image is not installed"):
        Photos()


def test_validation_draws_all_its_scenes() -> None:
    Photos().draw(8, np.random.default_rng(0), split=Split.VALIDATION)
    views = [view for scene in photos._photographs(Split.VALIDATION) for view in scene]
    assert [view.size for view in views] == [(640, 427), (1411, 1411), (640, 427), (640, 427)]


def test_every_scene_is_drawn_before_any_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[object] = []

    def record(image: object, corner: tuple[int, int], side: int, size: int) -> np.ndarray:
        drawn.append(image)
        return np.array([[[0, 0, 255]]], dtype=np.uint8)

    monkeypatch.setattr(photos, "cut", record)
    Photos().draw(12, np.random.default_rng(0))
    scene_of = {id(view): i for i, scene in enumerate(photos._photographs(Split.TRAIN)) for view in scene}
    scenes = [scene_of[id(view)] for view in drawn]
    assert sorted(scenes[:6]) == sorted(scenes[6:]) == list(range(6))


def test_a_flat_crop_is_drawn_again_and_the_best_is_kept_where_all_are_flat(monkeypatch: pytest.MonkeyPatch) -> None:
    levels = iter([*range(TRIES), 0, 255])
    monkeypatch.setattr(photos, "cut", lambda *_: np.array([[[0, 0, next(levels)]]], dtype=np.uint8))
    monkeypatch.setattr(photos, "_photographs", lambda split: photos_of_one_size())
    monkeypatch.setattr(photos, "NORMALISATION", Normalisation((0, 0, 0), (1, 1, 1)))
    images = Photos().draw(2, np.random.default_rng(0)).images
    assert images[:, 2, 0, 0].tolist() == pytest.approx([(TRIES - 1) / 255, 1.0])


def test_hardly_a_crop_lacks_contrast() -> None:
    images = Photos().draw(400, np.random.default_rng(0)).images
    pixels = images * torch.tensor(NORMALISATION.std)[:, None, None] + torch.tensor(NORMALISATION.mean)[:, None, None]
    contrast = pixels.flatten(1).std(dim=1, correction=0)
    assert float((contrast < LEAST_CONTRAST - 1e-3).double().mean()) < 0.1
