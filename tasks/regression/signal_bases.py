"""The signal bases of a proxy task as frozen records: what ``tasks.regression.signals`` computes, checked and named.

Letters: B batch, C channels, S height and width in pixels, H and W where they differ. A basis is local (every image has
its own maps) or global (all images share one set). Constructors raise UsageError for values that no map can be made of.
"""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, final

import numpy as np
from torch import Tensor

from tasks.foundation.errors import UsageError, unknown_name
from tasks.foundation.fields import check_keys, flag, items, number, positive, record, refusal, settle
from tasks.regression import signals

# Ten frequencies per band, in cycles per pixel. The medium and high lists are those of GenNAS; no list of the low
# band is published: these are the middles of ten equal parts of (0, 0.125).
BANDS = {
    "low": tuple((2 * step + 1) / 160 for step in range(10)),
    "medium": tuple(round(0.125 + 0.025 * step, 4) for step in range(10)),
    "high": tuple(round(0.375 + 0.0125 * step, 4) for step in range(10)),
}
NYQUIST = 0.5  # cycles per pixel
MORE_FREQUENCIES = "give more frequencies or lower channel_ratio"


@dataclass(frozen=True)
class _Wave:
    """level: factor above 0; frequencies: cycles per pixel in [0, 0.5]."""

    level: float
    frequencies: tuple[float, ...]
    local: bool = True

    def __post_init__(self) -> None:
        frequencies = tuple(number("frequency", value) for value in items("frequencies", self.frequencies))
        if not frequencies:
            raise UsageError("frequencies is empty: give at least one, in cycles per pixel")
        for value in frequencies:
            if not 0 <= value <= NYQUIST:
                raise refusal("frequency", value, f"from 0 to {NYQUIST} cycles per pixel is needed")
        settle(self, level=positive("level", self.level), frequencies=frequencies, local=flag("local", self.local))

    def check_sheet(self, height: int, width: int) -> None:
        """Accept: every size can be cut out of a square."""


@dataclass(frozen=True)
class _Dots:
    """level: factor above 0; partial: share of pixels that are not zero, in (0, 1]."""

    level: float
    partial: float
    local: bool = True

    def __post_init__(self) -> None:
        partial = number("partial", self.partial)
        if not 0 < partial <= 1:
            raise refusal("partial", self.partial, "above 0 and at most 1 is needed")
        settle(self, level=positive("level", self.level), partial=partial, local=flag("local", self.local))

    def check(self, channels: int, size: int) -> None:
        """Raise UsageError where the share of pixels is less than one pixel."""
        self.check_sheet(size, size)

    def check_sheet(self, height: int, width: int) -> None:
        """Raise UsageError where the share of pixels is less than one pixel."""
        if signals.num_dots(self.partial, height, width) == 0:
            least = 1 / (height * width)
            raise refusal("partial", self.partial, f"lights no pixel of {height}x{width}; {least:g} or more is needed")


@final
@dataclass(frozen=True)
class Sin1D(_Wave):
    """Waves along one axis."""

    kind: ClassVar[str] = "sin1d"

    def check(self, channels: int, size: int) -> None:
        """Raise UsageError where the pool has fewer maps than ``channels``."""
        _check_pool(channels, signals.sin1d_pool(len(self.frequencies)), MORE_FREQUENCIES)

    def maps(self, images: Tensor, channels: int, size: int, rng: np.random.Generator) -> Tensor:
        """Return [B, C, S, S] maps if local, [1, C, S, S] if global, on the device of ``images``."""
        return signals.sin1d(self.frequencies, (_sets(self.local, images), channels, size), rng, images.device)

    def sheets(self, count: int, height: int, width: int, rng: np.random.Generator, device: signals.Device) -> Tensor:
        """Return [B, H, W] independent maps, cut out of squares."""
        squares = signals.sin1d(self.frequencies, (count, 1, max(height, width)), rng, device)
        return squares[:, 0, :height, :width]


@final
@dataclass(frozen=True)
class Sin2D(_Wave):
    """Oblique waves."""

    kind: ClassVar[str] = "sin2d"

    def check(self, channels: int, size: int) -> None:
        """Raise UsageError where the pool has fewer maps than ``channels``."""
        _check_pool(channels, signals.sin2d_pool(len(self.frequencies)), MORE_FREQUENCIES)

    def maps(self, images: Tensor, channels: int, size: int, rng: np.random.Generator) -> Tensor:
        """Return [B, C, S, S] maps if local, [1, C, S, S] if global, on the device of ``images``."""
        return signals.sin2d(self.frequencies, (_sets(self.local, images), channels, size), rng, images.device)

    def sheets(self, count: int, height: int, width: int, rng: np.random.Generator, device: signals.Device) -> Tensor:
        """Return [B, H, W] independent maps, cut out of squares."""
        squares = signals.sin2d(self.frequencies, (count, 1, max(height, width)), rng, device)
        return squares[:, 0, :height, :width]


@final
@dataclass(frozen=True)
class Dot(_Dots):
    """Single pixels at +1 or -1."""

    kind: ClassVar[str] = "dot"

    def maps(self, images: Tensor, channels: int, size: int, rng: np.random.Generator) -> Tensor:
        """Return [B, C, S, S] maps if local, [1, C, S, S] if global, on the device of ``images``."""
        return signals.dot(self.partial, (_sets(self.local, images), channels, size), rng, images.device)

    def sheets(self, count: int, height: int, width: int, rng: np.random.Generator, device: signals.Device) -> Tensor:
        """Return [B, H, W] independent maps."""
        return signals.dot(self.partial, (count, 1, height, width), rng, device)[:, 0]


@final
@dataclass(frozen=True)
class GDot(_Dots):
    """Blurred dots."""

    kind: ClassVar[str] = "gdot"

    def maps(self, images: Tensor, channels: int, size: int, rng: np.random.Generator) -> Tensor:
        """Return [B, C, S, S] maps if local, [1, C, S, S] if global, on the device of ``images``."""
        return signals.gdot(self.partial, (_sets(self.local, images), channels, size), rng, images.device)

    def sheets(self, count: int, height: int, width: int, rng: np.random.Generator, device: signals.Device) -> Tensor:
        """Return [B, H, W] independent maps."""
        return signals.gdot(self.partial, (count, 1, height, width), rng, device)[:, 0]


@final
@dataclass(frozen=True)
class Resize:
    """The images themselves, shrunken; always local. level: factor above 0."""

    level: float
    kind: ClassVar[str] = "resize"

    def __post_init__(self) -> None:
        """Check the level."""
        settle(self, level=positive("level", self.level))

    def check(self, channels: int, size: int) -> None:
        """Raise UsageError where more channels are asked for than the permutation of planes has."""
        _check_pool(channels, signals.RESIZE_POOL, "lower channel_ratio")

    def maps(self, images: Tensor, channels: int, size: int, rng: np.random.Generator) -> Tensor:
        """Return [B, C, S, S] maps on the device of ``images`` [B, 3, H, W]."""
        return signals.resize(images, channels, size, rng)


Basis = Sin1D | Sin2D | Dot | GDot | Resize
BASES: dict[str, type[Basis]] = {basis.kind: basis for basis in (Sin1D, Sin2D, Dot, GDot, Resize)}


def basis_from_record(value: object) -> Basis:
    """Return the basis that a JSON object describes; ``frequencies`` may name a band of BANDS."""
    given = record("basis", value)
    kind = given.pop("basis", None)
    if not isinstance(kind, str):
        raise refusal("basis", kind, f"one of {', '.join(BASES)} is needed")
    if kind not in BASES:
        raise unknown_name("basis", kind, BASES)
    check_keys(given, BASES[kind])
    band = given.get("frequencies")
    if isinstance(band, str):
        if band not in BANDS:
            raise unknown_name("frequency band", band, BANDS)
        given["frequencies"] = BANDS[band]
    return BASES[kind](**given)


def basis_to_record(basis: Basis) -> dict[str, Any]:
    """Return the JSON object that ``basis_from_record`` reads back as an equal basis."""
    return {"basis": basis.kind, **asdict(basis)}


def _sets(local: bool, images: Tensor) -> int:
    return len(images) if local else 1


def _check_pool(channels: int, pool: int, remedy: str) -> None:
    if channels > pool:
        raise UsageError(f"{channels} channels are asked of a pool of {pool} maps: {remedy}")
