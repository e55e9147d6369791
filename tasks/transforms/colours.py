"""Colours of whole batches: every image by parameters of its own.

Pixels are in [0, 1] here; the arithmetic on one image is that of torchvision's transforms, which are not used because
they change all images of a batch alike.

Letters: B batch, S height and width in pixels.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from tasks.images.constants import constant

BRIGHTNESS, CONTRAST, SATURATION = range(3)


@dataclass(frozen=True)
class Jitter:
    """How each image changes its colours.

    factors: [B, 3] of brightness, contrast and saturation, 1 for no change; turns: [B] of the circle of hues; order:
    [B, 3], which factor comes first, second and third; hue_at: [B], how many of them come before the turn, 0 to 3.
    """

    factors: Tensor
    turns: Tensor
    order: Tensor
    hue_at: Tensor


@dataclass(frozen=True)
class JitterStrength:
    """Factors are uniform in 1 - strength to 1 + strength but never below 0, turns in -hue to hue."""

    brightness: float = 0.8
    contrast: float = 0.8
    saturation: float = 0.8
    hue: float = 0.2

    def draw(self, pixels: Tensor, generator: torch.Generator) -> Jitter:
        """Return an independent change of each image [B, 3, S, S]; all 24 orders are equally likely."""
        count, device = len(pixels), pixels.device
        strengths = constant((self.brightness, self.contrast, self.saturation), device)
        low, high = (1 - strengths).clamp(min=0), 1 + strengths
        return Jitter(
            factors=low + (high - low) * torch.rand(count, 3, generator=generator, device=device),
            turns=self.hue * (2 * torch.rand(count, generator=generator, device=device) - 1),
            order=torch.rand(count, 3, generator=generator, device=device).argsort(1),
            hue_at=torch.randint(4, (count,), generator=generator, device=device),
        )


def jittered(pixels: Tensor, jitter: Jitter) -> Tensor:
    """Return [B, 3, S, S] pixels in [0, 1] with their colours changed."""
    factors = jitter.factors.gather(1, jitter.order)
    before_hue = torch.arange(3, device=pixels.device) < jitter.hue_at[:, None]
    pixels = _scaled(pixels, torch.where(before_hue, factors, 1.0), jitter.order)
    pixels = hue_turned(pixels, jitter.turns)
    return _scaled(pixels, torch.where(before_hue, 1.0, factors), jitter.order)


def grey(pixels: Tensor) -> Tensor:
    """Return the brightness [B, 1, S, S] of pixels [B, 3, S, S], as the eye weighs red, green and blue."""
    red, green, blue = torch.split(pixels, 1, dim=1)
    return (0.2989 * red).add(green, alpha=0.587).add(blue, alpha=0.114)


def hue_turned(pixels: Tensor, turns: Tensor) -> Tensor:
    """Return [B, 3, S, S] pixels whose hue is moved by ``turns`` [B] of its circle, value and saturation kept."""
    high, low = pixels.amax(1, keepdim=True), pixels.amin(1, keepdim=True)
    chroma = high - low
    red, green, blue = torch.split(pixels, 1, dim=1)
    reddest, greener = high == red, high == green
    from_corner = torch.where(reddest, green - blue, torch.where(greener, blue - red, red - green))
    corner = torch.where(reddest, 0.0, torch.where(greener, 2.0, 4.0))
    sixths = corner + from_corner / torch.where(chroma > 0, chroma, 1.0) + 6 * _per_image(turns)
    of_red_green_blue = constant((5.0, 3.0, 1.0), pixels.device)[:, None, None]
    distance = (sixths + of_red_green_blue) % 6
    return high - chroma * torch.minimum(distance, 4 - distance).clamp(0, 1)


def _scaled(pixels: Tensor, factors: Tensor, order: Tensor) -> Tensor:
    """Return pixels [B, 3, S, S] moved away from or towards what each factor [B, 3] of ``order`` compares them with."""
    for factor, which in zip(factors.unbind(1), order.unbind(1), strict=True):
        pixels = torch.lerp(_anchor(pixels, _per_image(which)), pixels, _per_image(factor)).clamp(0, 1)
    return pixels


def _anchor(pixels: Tensor, which: Tensor) -> Tensor:
    """Return what factor 0 makes of the pixels: black, their mean grey, or each one's own grey."""
    own = grey(pixels)
    shade = torch.where(which == SATURATION, own, own.mean((2, 3), keepdim=True))
    return torch.where(which == BRIGHTNESS, 0.0, shade).expand_as(pixels)


def _per_image(values: Tensor) -> Tensor:
    return values[:, None, None, None]
