"""Random views of whole batches of images: every image by parameters of its own, all from one generator.

On one image the arithmetic is that of torchvision's transforms, whose own classes draw from torch's global
generator, and only once for the whole batch. The generator is on the device of the images.

Letters: B batch, S height and width in pixels.
"""

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional

from tasks.images.sampling import Normalisation
from tasks.transforms.colours import JitterStrength, grey, jittered

TRIES = 10
"""How often a box is drawn before the whole image is taken."""


@dataclass(frozen=True)
class Boxes:
    """Parts of images in whole pixels: each field is [B] integers."""

    top: Tensor
    left: Tensor
    height: Tensor
    width: Tensor


@dataclass(frozen=True)
class ViewRecipe:
    """The views of SSWP-NAS (Li et al., 2022): a box enlarged to the whole, mirrored, recoloured, greyed, blurred.

    area: share of the image that a box covers
    ratio: of its width to its height
    mirror, jitter, grey, blur: probabilities
    sigma: of the blur in pixels

    Colours are defined on pixels in [0, 1]: images are taken back there by their normalisation and normalised again
    afterwards. Without one, colours stay as they are: boxes, mirroring and blur remain.
    """

    area: tuple[float, float] = (0.08, 1.0)
    ratio: tuple[float, float] = (3 / 4, 4 / 3)
    mirror: float = 0.5
    jitter: float = 0.3
    grey: float = 0.2
    blur: float = 0.2
    sigma: tuple[float, float] = (1.0, 2.0)
    strength: JitterStrength = field(default_factory=JitterStrength)

    def view(self, images: Tensor, generator: torch.Generator, normalisation: Normalisation | None) -> Tensor:
        """Return one view of each image [B, 3, S, S]."""
        boxes = draw_boxes(images, generator, area=self.area, ratio=self.ratio)
        views = mirrored(enlarged(images, boxes), _chance(images, self.mirror, generator))
        if normalisation is not None:
            views = normalisation.apply(self._recoloured(normalisation.undo(views).clamp(0, 1), generator))
        sigma = _uniform(images, self.sigma, generator)
        return blurred(views, torch.where(_chance(images, self.blur, generator), sigma, 0.0))

    def _recoloured(self, pixels: Tensor, generator: torch.Generator) -> Tensor:
        jitter = self.strength.draw(pixels, generator)
        pixels = _chosen(_chance(pixels, self.jitter, generator), jittered(pixels, jitter), pixels)
        return _chosen(_chance(pixels, self.grey, generator), grey(pixels), pixels)


def two_views(images: Tensor, generator: torch.Generator, normalisation: Normalisation | None = None) -> Tensor:
    """Return two views of each image [B, 3, S, S]: [2B, 3, S, S], those of image b at b and B + b."""
    return ViewRecipe().view(torch.cat([images, images]), generator, normalisation)


def customary_shift(size: int) -> int:
    """Return by how many pixels images of ``size`` are customarily moved at most: an eighth, 4 of CIFAR's 32."""
    return size // 8


def shifted(
    images: Tensor,
    generator: torch.Generator,
    normalisation: Normalisation | None = None,
    *,
    padding: int | None = None,
) -> Tensor:
    """Return images [B, 3, S, S] moved by up to ``padding`` pixels along both axes, half of them mirrored.

    padding: None for ``customary_shift``

    What comes in at the border is black, or 0 where the images have no normalisation: customary for CIFAR.
    """
    size = images.shape[-1]
    padding = customary_shift(size) if padding is None else padding
    rows, columns = (_moved(images, padding, generator) for _ in range(2))
    mirror = _chance(images, 0.5, generator)[:, None]
    columns = torch.where(mirror, columns.flip(1), columns)
    inside = _within(rows, size)[:, None, :, None] & _within(columns, size)[:, None, None, :]
    black = images.new_zeros(1, images.shape[1], 1, 1)
    border = black if normalisation is None else normalisation.apply(black)
    return torch.where(inside, _picked(images, rows.clamp(0, size - 1), columns.clamp(0, size - 1)), border)


def cut_out(images: Tensor, generator: torch.Generator, side: int) -> Tensor:
    """Return images [B, C, S, S] with a square of ``side`` pixels set to 0, their mean where they are normalised.

    Its centre is anywhere in the image; what lies outside is lost (Cutout, DeVries and Taylor, 2017).
    """
    rows, columns = (_struck(images, side, generator) for _ in range(2))
    return images.masked_fill(rows[:, None, :, None] & columns[:, None, None, :], 0.0)


def draw_boxes(
    images: Tensor, generator: torch.Generator, *, area: tuple[float, float], ratio: tuple[float, float]
) -> Boxes:
    """Return a box in each image [B, 3, S, S]: a share of its area, and a ratio of width to height.

    Share and logarithm of the ratio are uniform; a box that does not fit is drawn again, up to ``TRIES`` times.
    """
    count, size, device = len(images), images.shape[-1], images.device
    shares, ratios, tops, lefts = torch.rand(4, count, TRIES, generator=generator, device=device)
    pixels = size**2 * (area[0] + (area[1] - area[0]) * shares)
    aspect = (math.log(ratio[0]) + math.log(ratio[1] / ratio[0]) * ratios).exp()
    widths, heights = (pixels * aspect).sqrt().round(), (pixels / aspect).sqrt().round()
    fits = (widths > 0) & (widths <= size) & (heights > 0) & (heights <= size)
    first = fits.byte().argmax(1, keepdim=True)
    found = fits.any(1)
    width, height = (torch.where(found, sides.gather(1, first)[:, 0], size) for sides in (widths, heights))
    top, left = tops[:, 0] * (size - height + 1), lefts[:, 0] * (size - width + 1)
    return Boxes(top.long(), left.long(), height.long(), width.long())


def enlarged(images: Tensor, boxes: Boxes) -> Tensor:
    """Return what lies in each image's box, bilinearly enlarged to the image's own size [B, 3, S, S]."""
    size = images.shape[-1]
    rows, columns = _sampled(boxes.top, boxes.height, size), _sampled(boxes.left, boxes.width, size)
    grid = torch.stack([columns[:, None, :].expand(-1, size, -1), rows[:, :, None].expand(-1, -1, size)], dim=-1)
    centred = (2 * grid + 1) / size - 1  # where -1 and 1 are the outer edges of the first and the last pixel
    return functional.grid_sample(images, centred, mode="bilinear", padding_mode="border", align_corners=False)


def mirrored(images: Tensor, chosen: Tensor) -> Tensor:
    """Return images [B, 3, S, S], the ``chosen`` [B] ones with left and right exchanged."""
    return _chosen(chosen, images.flip(-1), images)


def blurred(images: Tensor, sigma: Tensor) -> Tensor:
    """Return images [B, 3, S, S] under a Gaussian of 3 x 3 pixels and ``sigma`` [B]; 0 leaves one as it is."""
    beside = torch.exp(-0.5 / sigma**2)[:, None, None, None]
    side, centre = beside / (1 + 2 * beside), 1 / (1 + 2 * beside)
    padded = functional.pad(images, (1, 1, 1, 1), mode="reflect")
    rows = centre * padded[..., 1:-1, :] + side * (padded[..., :-2, :] + padded[..., 2:, :])
    return centre * rows[..., 1:-1] + side * (rows[..., :-2] + rows[..., 2:])


def _sampled(start: Tensor, length: Tensor, size: int) -> Tensor:
    """Return where [B, size] points spread evenly over ``length`` pixels from ``start`` lie, none beyond the last."""
    inner = (torch.arange(size, device=start.device) + 0.5) * (length / size)[:, None] - 0.5
    return start[:, None] + torch.minimum(inner.clamp(min=0), length[:, None] - 1)


def _moved(images: Tensor, padding: int, generator: torch.Generator) -> Tensor:
    """Return which row or column [B, S] of its image each one of the moved image shows."""
    moves = torch.randint(-padding, padding + 1, (len(images), 1), generator=generator, device=images.device)
    return moves + torch.arange(images.shape[-1], device=images.device)


def _struck(images: Tensor, side: int, generator: torch.Generator) -> Tensor:
    """Return which rows or columns [B, S] of its image a square covers."""
    size = images.shape[-1]
    first = torch.randint(size, (len(images), 1), generator=generator, device=images.device) - side // 2
    places = torch.arange(size, device=images.device)
    return (places >= first) & (places < first + side)


def _within(places: Tensor, size: int) -> Tensor:
    return (places >= 0) & (places < size)


def _picked(images: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    numbers = torch.arange(len(images), device=images.device)[:, None, None, None]
    channels = torch.arange(images.shape[1], device=images.device)[None, :, None, None]
    return images[numbers, channels, rows[:, None, :, None], columns[:, None, None, :]]


def _chance(images: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    """Return which images [B] are chosen."""
    return _uniform(images, (0.0, 1.0), generator) < probability


def _uniform(images: Tensor, bounds: tuple[float, float], generator: torch.Generator) -> Tensor:
    drawn = torch.rand(len(images), generator=generator, device=images.device)
    return bounds[0] + (bounds[1] - bounds[0]) * drawn


def _chosen(chosen: Tensor, changed: Tensor, images: Tensor) -> Tensor:
    return torch.where(chosen[:, None, None, None], changed, images)
