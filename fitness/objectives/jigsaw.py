"""Jigsaw (Noroozi and Favaro, 2016): tell in which order an image's tiles are; a proxy task in UnNAS (2020).

Letters: B batch, C channels, S height and width of an image, N tiles of it, t side of a tile in pixels.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from fitness.heads.pooled_classifier import pooled_classifier
from fitness.objectives.cross_entropy import CrossEntropy
from spaces import FeatureInfo
from tasks import (
    COLOURS,
    UNSTATED,
    Batch,
    ImageBatch,
    ImageSource,
    UsageError,
    channels_of,
    constant,
    cut_tiles,
    normalisation_of,
    standardised,
    tile_orders,
)

GRIDS = (2, 3)
TILE_SHARE = 0.76
MULTIPLE = 4
"""Of a tile's side: networks here halve their maps twice, and some can halve even sides alone."""

LUMINANCE = (0.2125, 0.7154, 0.0721)
"""Weights of red, green and blue in a grey image."""


class Jigsaw(CrossEntropy):
    """One network looks at all tiles, each standardised on its own; what is pooled of them is joined and classified.

    grid: 2 or 3 cells per side, with 24 and 1,000 orders of tiles
    tile: pixels per side, 0 for the multiple of 4 that is nearest to 0.76 of a cell: 12 in images of 32 pixels, 64 in a
        grid of 3 on 255, as published
    grey: share of images that lose their colours, where they have any, also among those that a network is judged on
    """

    def __init__(self, *, source: ImageSource, grid: int = 2, tile: int = 0, grey: float = 0.3) -> None:
        """Raise UsageError where tiles do not fit the images; ValueError for an option out of range."""
        if grid not in GRIDS:
            raise ValueError(f"grid={grid}: must be 2 or 3")
        if tile < 0 or not 0 <= grey <= 1:
            raise ValueError(f"tile={tile}, grey={grey}: must be at least 0, and grey at most 1")
        cell = source.size // grid
        self._grid, self._grey, self._side = grid, grey, tile or _side(cell)
        self.even_classes = len(tile_orders(grid))
        self._normalisation = (normalisation_of(source) or UNSTATED) if channels_of(source) == COLOURS else None
        if self._side > cell:
            raise UsageError(
                f"jigsaw: tiles of {self._side} pixels do not fit the cells of {cell} that a grid of {grid} makes of "
                f"images of {source.size}: use larger images, or set the tile to at most {cell}"
            )

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return tiles [B * N, C, t, t], an image's N in a row, and the number [B] of the order they are in."""
        device = batch.images.device
        orders = tile_orders(self._grid).to(device, non_blocking=device.type == "cuda")
        chosen = torch.randint(len(orders), batch.images.shape[:1], generator=generator, device=orders.device)
        images = self._greyed(batch.images, generator)
        tiles = cut_tiles(images, orders[chosen], grid=self._grid, side=self._side, generator=generator)
        return Batch(standardised(tiles).flatten(0, 1), (chosen,))

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return a fresh classifier of joined tiles for a network with these stages."""
        return pooled_classifier(feature_info, self.even_classes, parts=self._grid**2)

    def _greyed(self, images: Tensor, generator: torch.Generator) -> Tensor:
        """Return images [B, C, S, S], of those in colours some with three equal planes before normalisation."""
        if self._normalisation is None:
            return images
        chosen = torch.rand(len(images), 1, 1, 1, generator=generator, device=images.device) < self._grey
        weights = constant(LUMINANCE, images.device, images.dtype)[:, None, None]
        grey = (weights * self._normalisation.undo(images)).sum(1, keepdim=True)
        return torch.where(chosen, self._normalisation.apply(grey), images)


def _side(cell: int) -> int:
    """Return the side of a tile in a cell of ``cell`` pixels."""
    return max(1, round(TILE_SHARE * cell / MULTIPLE)) * MULTIPLE
