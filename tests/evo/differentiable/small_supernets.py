"""What tests of relaxations share: small supernets, passes, and what gates say in plain values."""

from typing import Any

import torch

from evo.differentiable.relaxations.base import Level, Relaxation, SupernetPass
from spaces import Gates, InputSpec, Supernet, SupernetOptions
from spaces.darts.layered import LayeredDarts
from spaces.darts.space import DartsCells
from spaces.nasbench201.space import NasBench201

SPEC = InputSpec(3, 8)
SPACES: dict[str, Any] = {
    "darts": DartsCells(channels=4, cells=3),
    "layered": LayeredDarts(channels=2, cells=3),
    "nasbench201": NasBench201(stem_channels=4, cells_per_stage=1),
}


def supernet_of(space: str, options: SupernetOptions | None = None) -> Supernet[Any]:
    torch.manual_seed(0)
    return SPACES[space].relax(SPEC, 10, options or SupernetOptions(spread=1.0))


def begun(variant: Relaxation, space: str) -> Supernet[Any]:
    """Return a supernet as the variant wants it, which the variant has begun with."""
    supernet = supernet_of(space, variant.options())
    variant.begin(supernet)
    return supernet


def pass_of(level: Level, seed: int = 0) -> SupernetPass:
    return SupernetPass(level, torch.Generator().manual_seed(seed))


def plain(gates: Gates) -> dict[str, Any]:
    """Return what gates say as values that can be compared."""
    cells = {
        name: [
            None if values is None else values.tolist() if isinstance(values, torch.Tensor) else list(map(list, values))
            for values in (cell.weights, cell.computed, cell.detached, cell.edges, cell.added)
        ]
        for name, cell in gates.cells.items()
    }
    dropping = gates.dropping and (gates.dropping.paths, gates.dropping.skips)
    return {**cells, "auxiliary": gates.auxiliary, "dropping": dropping}
