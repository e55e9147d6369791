"""Synthetic target maps, after the signal bases of GenNAS: sines, dots, blurred dots and shrunken images.

Letters: N independent sets of maps (the batch size where maps are local, 1 where they are global), B batch,
C channels, S height and width in pixels, F frequencies. Frequencies are in cycles per pixel and pixels are counted
from 1. Random parameters are drawn on the host with ``rng`` and maps computed in float32 on ``device``, so that
every device gets the same targets up to rounding.

Sines come from a pool that the method defines and that is never built: which members are kept is drawn first, then
only these are computed.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

PHASES = 32  # random phases per frequency or pair of frequencies
RESIZE_POOL = 1000  # channels that the permutation of colour planes is drawn over

MapShape = tuple[int, int, int]  # (N, C, S)
SheetShape = tuple[int, int, int, int]  # (N, C, H, W), height and width in pixels
Device = torch.device | str


def sin1d_pool(num_frequencies: int) -> int:
    """Return how many maps the pool of ``sin1d`` holds."""
    return 2 * PHASES * num_frequencies


def sin2d_pool(num_frequencies: int) -> int:
    """Return how many maps the pool of ``sin2d`` holds."""
    return 2 * PHASES * num_frequencies**2


def sin1d(frequencies: tuple[float, ...], shape: MapShape, rng: np.random.Generator, device: Device = "cpu") -> Tensor:
    """Return [N, C, S, S] waves along one axis, values in [-1, 1].

    The pool has for each frequency 32 random phases, each once along y and once along x; even phases are sines, odd
    ones cosines. Each set keeps C of its own pool, no member twice, so C may not exceed ``sin1d_pool(F)``.
    """
    sets, channels, size = shape
    phases = rng.random((sets, len(frequencies), PHASES))
    kept = _keep(sin1d_pool(len(frequencies)), sets, channels, rng)
    which, along_x, phase = np.unravel_index(kept, (len(frequencies), 2, PHASES))
    frequency = np.asarray(frequencies)[which]
    start = phases[np.arange(sets)[:, None], which, phase] + _quarter(phase)
    return _waves(np.where(along_x, 0, frequency), np.where(along_x, frequency, 0), start, size, device)


def sin2d(frequencies: tuple[float, ...], shape: MapShape, rng: np.random.Generator, device: Device = "cpu") -> Tensor:
    """Return [N, C, S, S] oblique waves, values in [-1, 1].

    The pool has for each ordered pair (frequency along y, frequency along x) 32 random phases, each added once per
    axis and thus doubled, and the same 32 maps turned upside down; even phases are sines, odd ones cosines. Each set
    keeps C of its own pool, no member twice, so C may not exceed ``sin2d_pool(F)``.
    """
    sets, channels, size = shape
    given = len(frequencies)
    phases = rng.random((sets, given, given, PHASES))
    kept = _keep(sin2d_pool(given), sets, channels, rng)
    first, second, flipped, phase = np.unravel_index(kept, (given, given, 2, PHASES))
    along_y, along_x = np.asarray(frequencies)[first], np.asarray(frequencies)[second]
    start = 2 * phases[np.arange(sets)[:, None], first, second, phase] + _quarter(phase)
    start = start + np.where(flipped, (size + 1) * along_y, 0)  # upside down: y becomes S + 1 - y
    return _waves(np.where(flipped, -along_y, along_y), along_x, start, size, device)


def dot(partial: float, shape: MapShape | SheetShape, rng: np.random.Generator, device: Device = "cpu") -> Tensor:
    """Return [N, C, S, S] maps with int(partial * S * S) distinct pixels at +1 or -1, the others 0.

    Where height and width are given, maps are [N, C, H, W], and S * S is H * W.
    """
    sets, channels, height, width = _sheet_shape(shape)
    lit = np.arange(height * width) < num_dots(partial, height, width)
    lit = rng.permuted(np.broadcast_to(lit, (sets, channels, height * width)), axis=-1)
    signs = 2 * rng.integers(2, size=lit.shape, dtype=np.int8) - 1
    maps = (lit * signs).astype(np.float32).reshape(sets, channels, height, width)
    return torch.from_numpy(maps).to(device)


def num_dots(partial: float, height: int, width: int) -> int:
    """Return how many of H x W pixels a share ``partial`` of them lights."""
    return int(partial * height * width)


def gdot(partial: float, shape: MapShape | SheetShape, rng: np.random.Generator, device: Device = "cpu") -> Tensor:
    """Return [N, C, S, S] or [N, C, H, W] dot maps blurred by a Gaussian of one pixel, divided by their magnitude.

    Needs at least one dot per map; values reach exactly +1 or -1 somewhere and never pass either.
    """
    along_y, along_x = (torch.from_numpy(_gaussian_blur(side)).to(device) for side in _sheet_shape(shape)[2:])
    blurred = along_y @ dot(partial, shape, rng, device) @ along_x.T
    return blurred / blurred.abs().amax(dim=(-2, -1), keepdim=True)


def resize(images: Tensor, channels: int, size: int, rng: np.random.Generator) -> Tensor:
    """Return [B, C, S, S] shrunken channels of [B, P, H, W] images, stretched to [-1, 1] over the batch.

    Every channel is one of the P planes, in an order shared by all images; C is at most RESIZE_POOL. A batch of
    one single value becomes all zero.
    """
    small = functional.interpolate(images.float(), size=(size, size), mode="nearest")
    above = small - small.amin()
    span = above.amax()
    stretched = torch.where(span > 0, 2 * above / span - 1, torch.zeros_like(above))
    planes = torch.from_numpy(rng.permutation(RESIZE_POOL)[:channels] % images.shape[1]).to(images.device)
    return stretched[:, planes]


def _sheet_shape(shape: MapShape | SheetShape) -> SheetShape:
    return (*shape, shape[2]) if len(shape) == 3 else shape


def _keep(pool: int, sets: int, channels: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return [N, C] pool members, distinct within a set."""
    return rng.permuted(np.broadcast_to(np.arange(pool), (sets, pool)), axis=1)[:, :channels]


def _quarter(phase: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the turn that makes a cosine of a sine at odd phases."""
    return np.where(phase % 2, 0.25, 0.0)


def _waves(
    along_y: NDArray[np.float64], along_x: NDArray[np.float64], start: NDArray[np.float64], size: int, device: Device
) -> Tensor:
    """Return [N, C, S, S] sines of [N, C] frequencies, in cycles per pixel, and starts, in turns."""
    parameters = np.stack([along_y, along_x, start % 1.0]).astype(np.float32)[..., None, None]
    y_step, x_step, turn = torch.from_numpy(parameters).to(device)
    index = torch.arange(1, size + 1, dtype=torch.float32, device=device)
    return torch.sin(2 * torch.pi * (y_step * index[:, None] + x_step * index + turn))


def _gaussian_blur(size: int, radius: int = 4) -> NDArray[np.float32]:
    """Return the [S, S] matrix that blurs a column with a deviation of one pixel, cut at 4 and mirrored at the edge."""
    offsets = np.arange(-radius, radius + 1)
    weights = np.exp(-(offsets**2) / 2)
    weights /= weights.sum()
    mirrored = np.pad(np.eye(size), ((radius, radius), (0, 0)), mode="symmetric")
    blur = sum(weight * mirrored[shift : shift + size] for shift, weight in enumerate(weights))
    return np.asarray(blur, dtype=np.float32)
