"""Real pictures without a download: crops of the colour photographs that scikit-image's wheel carries.

Training: an astronaut, a cat, a rocket, the Hubble deep field, a retina and both views of a motorcycle.
Validation: a cup of coffee and stained tissue. No photograph is on both sides.

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

from tasks.base import ImageBatch, Split
from tasks.errors import UsageError
from tasks.pictures import Normalisation, checked_size, cut, stack, to_unit

FILES = {
    Split.TRAIN: (
        "astronaut.png",
        "chelsea.png",
        "rocket.jpg",
        "hubble_deep_field.jpg",
        "retina.jpg",
        "motorcycle_left.png",
        "motorcycle_right.png",
    ),
    Split.VALIDATION: ("coffee.png", "ihc.png"),
}

# Of 20,000 training crops of 32 pixels drawn with derive_rng(0, "photos", "normalisation").
NORMALISATION = Normalisation((0.451, 0.317, 0.288), (0.296, 0.206, 0.200))


@dataclass(frozen=True)
class Photos:
    """Endless square crops of nine photographs at every scale, half of them mirrored, without labels.

    The side of a crop is log-uniform between S and the shorter side of its photograph; validation crops are drawn
    the same way from other photographs. Raises UsageError where the photographs are not installed.
    """

    size: int = 32
    num_classes: ClassVar[None] = None

    def __post_init__(self) -> None:
        """Check the size and that every photograph is there."""
        checked_size(self.size)
        for path in (_folder() / name for names in FILES.values() for name in names):
            if not path.is_file():
                raise UsageError(f"photos: {path} is missing; reinstall scikit-image, or use another source")

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        """Return ``count`` crops [B, 3, S, S] of uniformly drawn photographs, normalised with NORMALISATION."""
        photographs = _photographs(split)
        chosen = rng.integers(len(photographs), size=count)
        places = rng.random((count, 3))
        crops = [self._crop(photographs[i], place) for i, place in zip(chosen, places, strict=True)]
        return ImageBatch(NORMALISATION.apply(to_unit(stack(crops, rng.random(count) < 0.5))))

    def _crop(self, photograph: Image.Image, place: NDArray[np.float64]) -> NDArray[np.uint8]:
        shorter = min(photograph.size)
        smallest = min(self.size, shorter)
        zoom, left, top = (float(value) for value in place)
        side = round(smallest * (shorter / smallest) ** zoom)
        corner = int(left * (photograph.width - side + 1)), int(top * (photograph.height - side + 1))
        return cut(photograph, corner, side, self.size)


def _folder() -> Path:
    """Return where scikit-image keeps its pictures, without importing it."""
    spec = importlib.util.find_spec("skimage")
    if spec is None or spec.origin is None:
        raise UsageError("photos: scikit-image is not installed; install it, or use another source")
    return Path(spec.origin).parent / "data"


@cache
def _photographs(split: Split) -> tuple[Image.Image, ...]:
    return tuple(Image.open(_folder() / name).convert("RGB") for name in FILES[split])
