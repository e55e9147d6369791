"""Picture files of any kind to RGB, decoded once, broken ones counted.

Letters: H height, W width in pixels.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"})
SIXTEEN_TO_EIGHT_BITS = 257  # 65,535 / 255


def read_picture(path: Path, shortest: int) -> Image.Image:
    """Return the first picture of a file as RGB, upright, halved while its shorter side stays 2 x ``shortest``.

    Transparent parts become white, 16-bit grey is scaled down, and grey of 32 bits or more is stretched from its
    own range. Raises whatever Pillow raises for a file that it cannot decode to the end.
    """
    with Image.open(path) as opened:
        opened.draft(None, (2 * shortest, 2 * shortest))  # lets a JPEG decode at a fraction of its size
        picture = _to_rgb(ImageOps.exif_transpose(opened))
    factor = min(picture.size) // (2 * shortest)
    return picture.reduce(factor) if factor > 1 else picture


@dataclass
class PictureStore:
    """Pictures decoded by this process, kept until ``limit`` bytes are held; later ones are decoded every time.

    unreadable: the files met so far that could not be decoded.
    """

    shortest: int
    limit: int = 64 * 2**20
    held: int = 0
    unreadable: set[Path] = field(default_factory=set)
    kept: dict[Path, Image.Image] = field(default_factory=dict)

    def read(self, path: Path) -> Image.Image | None:
        """Return a picture, or None where it cannot be decoded."""
        if path in self.kept:
            return self.kept[path]
        if path in self.unreadable:
            return None
        try:
            picture = read_picture(path, self.shortest)
        except Exception:  # Pillow's readers raise many kinds of exception for a broken file
            self.unreadable.add(path)
            return None
        self._keep(path, picture)
        return picture

    def _keep(self, path: Path, picture: Image.Image) -> None:
        weight = 3 * picture.width * picture.height
        if self.held + weight <= self.limit:
            self.kept[path] = picture
            self.held += weight


def _to_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16"):
        return _from_grey(np.asarray(picture) / SIXTEEN_TO_EIGHT_BITS)
    if picture.mode in ("I", "F"):
        grey = np.asarray(picture, dtype=np.float64)
        return _from_grey(255 * (grey - grey.min()) / max(float(np.ptp(grey)), np.finfo(float).tiny))
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert("RGB")
    return picture.convert("RGB")


def _from_grey(grey: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> Image.Image:
    return Image.fromarray(np.rint(grey).astype(np.uint8)).convert("RGB")
