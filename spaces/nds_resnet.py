"""The space of the NDS study's residual networks (Radosavovic et al., 2019): three stages of basic blocks."""

from dataclasses import dataclass

import numpy as np

from spaces.base import InputSpec
from spaces.build_arguments import check_build_arguments
from spaces.nds_resnet_grid import DEPTHS, GRID_SHAPE, STEM_WIDTH, STRIDES, WIDTHS, Integers, member_indices
from spaces.residual_network import BlockKind, ResidualSpec, StageSpec, build_residual_network
from spaces.staged_network import StagedNetwork
from tasks.randomness import derive_rng

_NEIGHBOURS = 200  # members among which a mutation looks for the nearest: GenNAS, Li et al., 2021
_FORM = f"ds=1,D,D,D:ws={STEM_WIDTH},W,W,W"


@dataclass(frozen=True)
class NdsResNetCandidate:
    """Depths (blocks) and widths (channels) of the three stages."""

    depths: tuple[int, ...]
    widths: tuple[int, ...]

    def __post_init__(self) -> None:
        """Raise ValueError for a value off the grid."""
        _check_stages("depth", self.depths, DEPTHS)
        _check_stages("width", self.widths, WIDTHS)


class NdsResNet:
    """Draws from a pool of the grid's members; accepts texts of the whole grid, also outside the caps and the pool."""

    def __init__(self, *, pool: int = 25_000, pool_seed: int = 0) -> None:
        """Choose the pool.

        pool: how many members it has, at least 2 (the study published 25,000), or 0 for all; pool_seed: which ones.
        Raises ValueError for a pool that cannot be had.
        """
        self._pool = _pool_indices(pool, pool_seed)

    def sample(self, rng: np.random.Generator) -> NdsResNetCandidate:
        """Return a uniform draw from the pool."""
        return _candidate_at(int(self._pool[rng.integers(len(self._pool))]))

    def mutate(self, candidate: NdsResNetCandidate, rng: np.random.Generator) -> NdsResNetCandidate:
        """Return the nearest of 200 random others of the pool: fewest different entries, the first of equals."""
        parent = _index_of(candidate)
        others = self._draw_others(parent, rng)
        return _candidate_at(int(others[_count_differences(others, parent).argmin()]))

    def encode(self, candidate: NdsResNetCandidate) -> str:
        """Return the two lists of the study's records, stem first, e.g. ``ds=1,12,12,12:ws=16,24,24,40``."""
        depths, widths = (1, *candidate.depths), (STEM_WIDTH, *candidate.widths)
        return f"ds={','.join(map(str, depths))}:ws={','.join(map(str, widths))}"

    def decode(self, text: str) -> NdsResNetCandidate:
        """Return the candidate of a text; raises ValueError naming the part that is wrong."""
        depths, separator, widths = text.partition(":")
        if not separator:
            raise ValueError(f"{text!r} has no ':'; the form is {_FORM}")
        return NdsResNetCandidate(_parse_list("ds", 1, depths), _parse_list("ws", STEM_WIDTH, widths))

    def build(self, candidate: NdsResNetCandidate, input_spec: InputSpec, num_outputs: int) -> StagedNetwork:
        """Return the candidate's network; raises ValueError for an input whose size is not a multiple of 4."""
        spec = residual_spec(candidate)
        check_build_arguments(input_spec, num_outputs, coarsest=spec.reductions[-1])
        return build_residual_network(spec, input_spec.channels, num_outputs)

    def _draw_others(self, parent: int, rng: np.random.Generator) -> Integers:
        """Return grid indices of at most 200 members of the pool in random order, the parent never among them."""
        position = int(np.searchsorted(self._pool, parent))
        inside = position < len(self._pool) and int(self._pool[position]) == parent
        available = len(self._pool) - inside
        drawn = rng.choice(available, min(_NEIGHBOURS, available), replace=False)
        return self._pool[drawn + (drawn >= position)] if inside else self._pool[drawn]


def residual_spec(candidate: NdsResNetCandidate) -> ResidualSpec:
    """Return the description of a candidate's network."""
    stages = zip(candidate.depths, candidate.widths, STRIDES, strict=True)
    return ResidualSpec(BlockKind.BASIC, STEM_WIDTH, tuple(StageSpec(*stage) for stage in stages))


def _pool_indices(pool: int, pool_seed: int) -> Integers:
    members = member_indices()
    if pool == 0:
        return members
    if not 2 <= pool <= len(members):
        raise ValueError(f"pool is {pool}; it must be 0 for all members, or 2 to {len(members)}")
    return np.sort(derive_rng(pool_seed, "nds_resnet pool").choice(members, pool, replace=False, shuffle=False))


def _count_differences(others: Integers, parent: int) -> Integers:
    differs = np.not_equal(np.unravel_index(others, GRID_SHAPE), np.unravel_index([parent], GRID_SHAPE))
    counts: Integers = differs.sum(axis=0)
    return counts


def _index_of(candidate: NdsResNetCandidate) -> int:
    digits = (*map(DEPTHS.index, candidate.depths), *map(WIDTHS.index, candidate.widths))
    return int(np.ravel_multi_index(digits, GRID_SHAPE))


def _candidate_at(index: int) -> NdsResNetCandidate:
    digits = [int(digit) for digit in np.unravel_index(index, GRID_SHAPE)]
    return NdsResNetCandidate(tuple(DEPTHS[i] for i in digits[:3]), tuple(WIDTHS[i] for i in digits[3:]))


def _check_stages(name: str, values: tuple[int, ...], allowed: tuple[int, ...]) -> None:
    if len(values) != len(STRIDES):
        raise ValueError(f"{len(STRIDES)} stages need as many {name}s, got {len(values)}")
    for stage, value in enumerate(values, start=1):
        if value not in allowed:
            raise ValueError(f"{name} of stage {stage} is {value}; allowed: {', '.join(map(str, allowed))}")


def _parse_list(name: str, stem: int, text: str) -> tuple[int, ...]:
    label, _, entries = text.partition("=")
    first, *rest = entries.split(",")
    if label != name or first != str(stem):
        raise ValueError(f"{text!r} does not start with {name}={stem},; the form is {_FORM}")
    for entry in rest:
        if not entry.isascii() or not entry.isdigit() or str(int(entry)) != entry:
            raise ValueError(f"{entry!r} in {text!r} is not a number; the form is {_FORM}")
    return tuple(map(int, rest))
