"""The words that stand for noise and bases in the texts of regression tasks.

A basis is its kind, its level, who shares its maps, and its frequencies in cycles per pixel or the pixels that it
lights: ``sin1d~1.2~local~0.1/0.11/...``, ``gdot~0.7~global~28``, ``resize~2.4``. Each value has one spelling.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from spaces.proxy_tasks.basis_blocks import FREQUENCY_DIGITS, LEVELS, NOISES, NUM_FREQUENCIES, BasisBlocks
from tasks.foundation.errors import UsageError, unknown_name
from tasks.foundation.fields import refusal
from tasks.regression.proxy_task import Noise
from tasks.regression.signal_bases import NYQUIST, Basis, Dot, GDot, Resize

_FORM = "KIND~LEVEL~SHARE~FREQUENCIES or KIND~LEVEL~SHARE~PIXELS"
_SHARES = {"local": True, "global": False}
_LEVELS = {str(level): level for level in LEVELS}
_FREQUENCY = re.compile(rf"0\.(0|[0-9]{{0,{FREQUENCY_DIGITS - 1}}}[1-9])")  # no zero at the end: one text per number
_COUNT = re.compile("[1-9][0-9]{0,5}")


def write_noise(noise: Noise) -> str:
    """Return the word of a noise, e.g. ``gaussian~0.3`` or ``none``."""
    return f"{noise.kind}~{noise.level}" if noise.level else "none"


def read_noise(word: str) -> Noise:
    """Return the noise of a word; raises ValueError unless it is searched."""
    if word not in NOISES:
        raise refusal("noise", word, "none, or gaussian or uniform with a level from ~0.1 to ~0.9 is needed")
    return NOISES[word]


def write_bases(bases: Sequence[Basis], blocks: BasisBlocks) -> list[str]:
    """Return the word of each basis."""
    return [_write_basis(basis, blocks) for basis in bases]


def read_bases(words: Sequence[str], blocks: BasisBlocks) -> tuple[Basis, ...]:
    """Return the bases of words; raises ValueError unless each is searched, comes once and in the order of blocks."""
    bases = tuple(_read_basis(word, blocks) for word in words)
    order = [kind.kind for kind in blocks.kinds]
    for before, after in pairwise(bases):
        if order.index(before.kind) >= order.index(after.kind):
            raise UsageError(f"{after.kind} after {before.kind}: {', '.join(order)} is the order, and each comes once")
    return bases


def read_choice(name: str, word: str, known: Sequence[float]) -> float:
    """Return the number among ``known`` that a word spells as Python does; raises ValueError."""
    spelt = {str(number): number for number in known}
    if word not in spelt:
        raise refusal(name, word, f"one of {', '.join(spelt)} is needed")
    return spelt[word]


def _write_basis(basis: Basis, blocks: BasisBlocks) -> str:
    if isinstance(basis, Resize):
        return f"{basis.kind}~{basis.level}"
    share = "local" if basis.local else "global"
    if isinstance(basis, Dot | GDot):
        return f"{basis.kind}~{basis.level}~{share}~{blocks.count_dots(basis)}"
    return f"{basis.kind}~{basis.level}~{share}~{'/'.join(map(str, basis.frequencies))}"


def _read_basis(word: str, blocks: BasisBlocks) -> Basis:
    name, *parts = word.split("~")
    kinds = {kind.kind: kind for kind in blocks.kinds}
    if name not in kinds:
        raise unknown_name("basis", name, kinds)
    kind = kinds[name]
    if len(parts) != (1 if kind is Resize else 3):
        raise refusal("basis", word, f"{'resize~LEVEL' if kind is Resize else _FORM} is needed")
    level = _read_level(parts[0])
    if issubclass(kind, Resize):
        return kind(level)
    local = _read_share(parts[1], blocks)
    if issubclass(kind, Dot | GDot):
        return kind(level, _read_count(parts[2], blocks) / blocks.pixels, local)
    return kind(level, _read_frequencies(parts[2]), local)


def _read_level(word: str) -> float:
    if word not in _LEVELS:
        raise refusal("level", word, f"from {LEVELS[0]} to {LEVELS[-1]} in steps of 0.1 is needed")
    return _LEVELS[word]


def _read_share(word: str, blocks: BasisBlocks) -> bool:
    if word not in _SHARES or (blocks.always_local and not _SHARES[word]):
        raise refusal("share", word, "local is needed" if blocks.always_local else "local or global is needed")
    return _SHARES[word]


def _read_count(word: str, blocks: BasisBlocks) -> int:
    if not _COUNT.fullmatch(word) or int(word) > blocks.pixels:
        raise refusal("pixels", word, f"a whole number from 1 to {blocks.pixels} is needed")
    return int(word)


def _read_frequencies(word: str) -> tuple[float, ...]:
    words = word.split("/")
    if len(words) != NUM_FREQUENCIES:
        raise refusal("frequencies", word, f"{NUM_FREQUENCIES} are needed, F/F/..., and these are {len(words)}")
    frequencies = tuple(map(_read_frequency, words))
    if list(frequencies) != sorted(frequencies):
        raise refusal("frequencies", word, "no one below that before it is allowed")
    return frequencies


def _read_frequency(word: str) -> float:
    if not _FREQUENCY.fullmatch(word) or float(word) > NYQUIST:
        raise refusal("frequency", word, f"0.0 to {NYQUIST} with at most {FREQUENCY_DIGITS} decimals is needed")
    return float(word)
