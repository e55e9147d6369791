"""Image files of any kind to RGB, decoded once, broken ones counted.

Letters: H height, W width in pixels.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"})
SIXTEEN_TO_EIGHT_BITS = 257  # 65,535 / 255


def read_image(path: Path, shortest: int) -> Image.Image:
    """Return the first image of a file as RGB, upright, halved while its shorter side stays 2 x ``shortest``.

    Transparent parts become white, 16-bit grey is scaled down, and grey of 32 bits or more is stretched from its
    own range. Raises whatever Pillow raises for a file that it cannot decode to the end.
    """
    with Image.open(path) as opened:
        opened.draft(None, (2 * shortest, 2 * shortest))  # lets a JPEG decode at a fraction of its size
        image = _to_rgb(ImageOps.exif_transpose(opened))
    factor = min(image.size) // (2 * shortest)
    return image.reduce(factor) if factor > 1 else image


@dataclass
class ImageStore:
    """Images decoded by this process, kept until ``limit`` bytes are held; later ones are decoded every time.

    unreadable: the files met so far that could not be decoded.
    """

    shortest: int
    limit: int = 64 * 2**20
    held: int = 0
    unreadable: set[Path] = field(default_factory=set)
    kept: dict[Path, Image.Image] = field(default_factory=dict)

    def read(self, path: Path) -> Image.Image | None:
        """Return an image, or None where it cannot be decoded."""
        if path in self.kept:
            return self.kept[path]
        if path in self.unreadable:
            return None
        try:
            image = read_image(path, self.shortest)
        except Exception:  # Pillow's readers raise many kinds of exception for a broken file
            self.unreadable.add(path)
            return None
        self._keep(path, image)
        return image

    def _keep(self, path: Path, image: Image.Image) -> None:
        weight = 3 * image.width * image.height
        if self.held + weight <= self.limit:
            self.kept[path] = image
            self.held += weight


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return _from_grey(np.asarray(image) / SIXTEEN_TO_EIGHT_BITS)
    if image.mode in ("I", "F"):
        grey = np.asarray(image, dtype=np.float64)
        return _from_grey(255 * (grey - grey.min()) / max(float(np.ptp(grey)), np.finfo(float).tiny))
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert("RGB")
    return image.convert("RGB")


def _from_grey(grey: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> Image.Image:
    return Image.fromarray(np.rint(grey).astype(np.uint8)).convert("RGB")
