"""The blocks of which searched regression tasks are made: their values, how they are drawn, and drawn anew.

Blocks are independent of each other. Values and probabilities are those of GenNAS's search (Li et al., 2021, section
3.3, and its program). Letters: H, W height and width of a map in pixels.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from tasks.regression.proxy_task import Noise, NoiseKind
from tasks.regression.signal_bases import NYQUIST, Basis, Dot, GDot, Resize, Sin1D, Sin2D
from tasks.regression.signals import num_dots

LEVELS = tuple(tenths / 10 for tenths in range(5, 30))
NUM_FREQUENCIES = 10
FREQUENCY_DIGITS = 4
"""Decimals of a frequency in cycles per pixel: over the 8 pixels of a map, the rest is no change of phase."""

P_ON = 0.5
P_LOCAL = 0.5

_NOISY = (NoiseKind.GAUSSIAN, NoiseKind.UNIFORM)
_NOISE_LEVELS = tuple(tenths / 10 for tenths in range(1, 10))

NOISES: Mapping[str, Noise] = {
    "none": Noise(),
    **{f"{kind}~{level}": Noise(kind, level) for kind in _NOISY for level in _NOISE_LEVELS},
}
"""Every noise that is searched, by the word for it; level 0, of either kind, is one."""


@dataclass(frozen=True)
class BasisBlocks:
    """The bases that a tensor may have, each at most once and in this order; each is one block.

    height, width: of its maps in pixels; always_local: no map may be shared by the batch.
    """

    kinds: tuple[type[Basis], ...]
    height: int
    width: int
    always_local: bool = False

    @property
    def pixels(self) -> int:
        """Pixels of a map."""
        return self.height * self.width

    def regenerate(self, bases: tuple[Basis, ...], probability: float, rng: np.random.Generator) -> tuple[Basis, ...]:
        """Return the bases with each block drawn anew with this probability; on or off, it is a block."""
        kept = {basis.kind: basis for basis in bases}
        blocks = (
            self._draw(kind, rng) if rng.random() < probability else self._fit(kept.get(kind.kind))
            for kind in self.kinds
        )
        return tuple(basis for basis in blocks if basis is not None)

    def count_dots(self, basis: Dot | GDot) -> int:
        """Return how many pixels of a map a basis lights."""
        return num_dots(basis.partial, self.height, self.width)

    def _draw(self, kind: type[Basis], rng: np.random.Generator) -> Basis | None:
        """Return a new block, None for one that is off.

        The published share of lit pixels is U[0, 1), of which the part below one pixel is drawn again, and that
        alone: a block is on as often as published. Only the number of pixels matters, so that is drawn.
        """
        if rng.random() >= P_ON:
            return None
        level = LEVELS[rng.integers(len(LEVELS))]
        if issubclass(kind, Resize):
            return kind(level)
        local = self.always_local or bool(rng.random() < P_LOCAL)
        if issubclass(kind, Dot | GDot):
            return kind(level, int(rng.integers(1, self.pixels)) / self.pixels, local)
        return kind(level, _draw_frequencies(rng), local)

    def _fit(self, basis: Basis | None) -> Basis | None:
        """Return a kept block as this search writes it: frequencies rounded and in order, whole pixels, at least one.

        Only a shipped task's block changes by it, or one whose maps have other sizes than before.
        """
        if isinstance(basis, Dot | GDot):
            partial = max(1, self.count_dots(basis)) / self.pixels
            return basis if partial == basis.partial else replace(basis, partial=partial)
        if isinstance(basis, Sin1D | Sin2D):
            rounded = _in_order(basis.frequencies)
            return basis if rounded == basis.frequencies else replace(basis, frequencies=rounded)
        return basis


def regenerate_noise(noise: Noise, probability: float, rng: np.random.Generator) -> Noise:
    """Return the noise, its kind and level drawn anew together with this probability."""
    if rng.random() >= probability:
        return noise
    kind = _NOISY[rng.integers(len(_NOISY))]
    level = (0.0, *_NOISE_LEVELS)[rng.integers(1 + len(_NOISE_LEVELS))]
    return Noise(kind, level) if level else Noise()


def _draw_frequencies(rng: np.random.Generator) -> tuple[float, ...]:
    low, high = sorted(rng.uniform(0, NYQUIST, size=2))
    return _in_order(tuple(rng.uniform(low, high, size=NUM_FREQUENCIES).tolist()))


def _in_order(frequencies: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(sorted(round(frequency, FREQUENCY_DIGITS) for frequency in frequencies))
