"""Image files of any kind to grey, RGB or RGBA, decoded once, broken ones counted.

Letters: H height, W width in pixels.
"""

import logging
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from tasks.foundation.errors import first_line

logger = logging.getLogger(__name__)

SUFFIXES = frozenset(
    {
        *(".bmp", ".dib", ".gif", ".png", ".apng", ".tif", ".tiff", ".webp", ".avif"),
        *(".jpeg", ".jpg", ".jpe", ".jfif", ".jp2", ".j2k", ".pbm", ".pgm", ".pnm", ".ppm"),
    }
)
FORMATS = ("AVIF", "BMP", "DIB", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
"""What a file may be, whatever its suffix says; others that Pillow knows would start a program to be read."""
SIXTEEN_TO_EIGHT_BITS = 257  # 65,535 / 255


def fault_of(path: Path) -> str | None:
    """Return why a file cannot be read, as far as its header tells, None where it tells nothing."""
    try:
        with _open(path):
            return None
    except Exception as error:  # Pillow's readers raise many kinds of exception for a broken file
        return _reason(error)


def _open(path: Path) -> Image.Image:
    Image.init()  # until then Pillow knows few of them
    return Image.open(path, formats=[name for name in FORMATS if name in Image.OPEN])


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "no image that can be read"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return first_line(error)


MODES = {1: "L", 3: "RGB", 4: "RGBA"}
"""What Pillow calls images of so many channels."""


def read_image(path: Path, shortest: int, channels: int = 3) -> Image.Image:
    """Return the first image of a file, upright, halved while its shorter side stays 2 x ``shortest``.

    It is grey, RGB or, with 4 ``channels``, RGBA; without the last, transparent parts become white. 16-bit grey is
    scaled down, and grey of 32 bits or more is stretched from its own range. Raises whatever Pillow raises for a file
    that it cannot decode to the end.
    """
    with _open(path) as opened:
        opened.draft(None, (2 * shortest, 2 * shortest))  # lets a JPEG decode at a fraction of its size
        image = _to_colours(ImageOps.exif_transpose(opened), MODES[channels])
    factor = min(image.size) // (2 * shortest)
    return image.reduce(factor) if factor > 1 else image


@dataclass
class ImageStore:
    """Images decoded by this process, kept until ``limit`` bytes are held; later ones are decoded every time.

    unreadable: the files met so far that could not be decoded, and why; told: of how many of them it was told.
    """

    shortest: int
    channels: int = 3
    limit: int = 64 * 2**20
    held: int = 0
    unreadable: dict[Path, str] = field(default_factory=dict)
    told: int = 0
    kept: dict[Path, Image.Image] = field(default_factory=dict)

    def read(self, path: Path) -> Image.Image | None:
        """Return an image, or None where it cannot be decoded."""
        if path in self.kept:
            return self.kept[path]
        if path in self.unreadable:
            return None
        try:
            image = read_image(path, self.shortest, self.channels)
        except Exception as error:  # Pillow's readers raise many kinds of exception for a broken file
            self.unreadable[path] = _reason(error)
            return None
        self._keep(path, image)
        return image

    def tell(self) -> None:
        """Log how many files that cannot be decoded were met since it was last told, and which was the first."""
        new = list(self.unreadable.items())[self.told :]
        self.told += len(new)
        if new:
            path, reason = new[0]
            told = f"{len(new)} images that were drawn cannot be read and are left out; the first is {path} ({reason})"
            logger.warning("%s", told)

    def _keep(self, path: Path, image: Image.Image) -> None:
        weight = self.channels * image.width * image.height
        if self.held + weight <= self.limit:
            self.kept[path] = image
            self.held += weight


def _to_colours(image: Image.Image, mode: str) -> Image.Image:
    """Return an image of any kind in one of ``MODES``."""
    if image.mode.startswith("I;16"):
        return _from_grey(np.asarray(image) / SIXTEEN_TO_EIGHT_BITS, mode)
    if image.mode in ("I", "F"):
        grey = np.asarray(image, dtype=np.float64)
        return _from_grey(255 * (grey - grey.min()) / max(float(np.ptp(grey)), np.finfo(float).tiny), mode)
    if image.has_transparency_data and mode != MODES[4]:
        layered = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert(mode)
    return image.convert(mode)


def _from_grey(grey: np.ndarray[tuple[int, ...], np.dtype[np.floating]], mode: str) -> Image.Image:
    return Image.fromarray(np.rint(grey).astype(np.uint8)).convert(mode)
