"""Real images without a download: crops of the colour photographs in the wheels of scikit-image and scikit-learn.

Training: an astronaut, a cat, a cup of coffee, the Hubble deep field, stained tissue and both views of a motorcycle,
which are one scene. Validation: a rocket, a retina, and scikit-learn's temple and flower. No scene is on both sides,
and none is for a test: nothing that has no labels is tested.

Letters: B batch, S height and width in pixels.
"""

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.foundation.errors import UsageError
from tasks.images.base import ImageBatch, Split
from tasks.images.sampling import Normalisation, checked_size, choose, cut, stack, to_unit

SCENES = {
    Split.TRAIN: (
        ("astronaut.png",),
        ("chelsea.png",),
        ("coffee.png",),
        ("hubble_deep_field.jpg",),
        ("ihc.png",),
        ("motorcycle_left.png", "motorcycle_right.png"),
    ),
    Split.VALIDATION: (("rocket.jpg",), ("retina.jpg",), ("china.jpg",), ("flower.jpg",)),
    Split.TEST: (),
}
_OF_SCIKIT_LEARN = frozenset({"china.jpg", "flower.jpg"})
LEAST_CONTRAST = 0.15
"""Standard deviation of a crop's pixels in [0, 1] below which it is drawn again: sky, night and skin are all alike."""

TRIES = 20

# Of 20,000 training crops of 32 pixels drawn with derive_rng(0, "photos", "normalisation").
NORMALISATION = Normalisation((0.517, 0.379, 0.312), (0.278, 0.249, 0.250))


@dataclass(frozen=True)
class Photos:
    """Endless square crops of ten scenes at every scale, half of them mirrored, without labels.

    No scene is drawn again before every other one was. The side of a crop is log-uniform between S and the shorter
    side of its photograph; one with less contrast than ``LEAST_CONTRAST`` is drawn again, up to ``TRIES`` times.
    Raises UsageError where the photographs are not installed.
    """

    size: int = 32
    num_classes: ClassVar[None] = None
    splits: ClassVar[tuple[Split, ...]] = (Split.TRAIN, Split.VALIDATION)
    normalisation: ClassVar[Normalisation] = NORMALISATION

    def __post_init__(self) -> None:
        """Check the size and that every photograph is there."""
        checked_size(self.size)
        for path in (_path(name) for scenes in SCENES.values() for scene in scenes for name in scene):
            if not path.is_file():
                raise UsageError(f"photos: {path} is missing; reinstall its package, or use another source")

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        """Return ``count`` crops [B, 3, S, S] of evenly drawn scenes, normalised with NORMALISATION."""
        scenes = _photographs(split)
        views = [scenes[i][int(rng.integers(len(scenes[i])))] for i in choose(len(scenes), count, rng)]
        crops = [self._contrasting(view, rng) for view in views]
        return ImageBatch(NORMALISATION.apply(to_unit(stack(crops, rng.random(count) < 0.5))))

    def _contrasting(self, photograph: Image.Image, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Return the first crop with enough contrast, or else the best of ``TRIES``."""
        tried: list[NDArray[np.uint8]] = []
        for _ in range(TRIES):
            tried.append(self._crop(photograph, rng.random(3)))
            if _contrast(tried[-1]) >= LEAST_CONTRAST:
                return tried[-1]
        return max(tried, key=_contrast)

    def _crop(self, photograph: Image.Image, place: NDArray[np.float64]) -> NDArray[np.uint8]:
        shorter = min(photograph.size)
        smallest = min(self.size, shorter)
        zoom, left, top = (float(value) for value in place)
        side = round(smallest * (shorter / smallest) ** zoom)
        corner = int(left * (photograph.width - side + 1)), int(top * (photograph.height - side + 1))
        return cut(photograph, corner, side, self.size)


def _contrast(crop: NDArray[np.uint8]) -> float:
    return float(crop.std()) / 255


def _path(name: str) -> Path:
    """Return where its package keeps a photograph, without importing it."""
    if name in _OF_SCIKIT_LEARN:
        return _installed("sklearn", "scikit-learn") / "datasets" / "images" / name
    return _installed("skimage", "scikit-image") / "data" / name


def _installed(package: str, distribution: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise UsageError(f"photos: {distribution} is not installed; install it, or use another source")
    return Path(spec.origin).parent


@cache
def _photographs(split: Split) -> tuple[tuple[Image.Image, ...], ...]:
    """Return the views of each scene."""
    return tuple(tuple(Image.open(_path(name)).convert("RGB") for name in scene) for scene in SCENES[split])
