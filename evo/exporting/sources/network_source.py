"""The whole source of a network: which kind of source there is for it, and what it is bundled with."""

from collections.abc import Callable, Mapping
from typing import Any

from evo.exporting.bundling.closure import Rules, Symbol
from evo.exporting.bundling.layout import bundle
from evo.exporting.sources.cells import cells_source
from evo.exporting.sources.grids import grid_source
from evo.exporting.sources.nasbench101 import nasbench101_source
from evo.exporting.sources.nasbench201 import nasbench201_source
from evo.exporting.sources.plain_space import MadeSpace, plain_source
from evo.exporting.sources.recurrent import recurrent_source
from evo.exporting.sources.source import Shape, Source
from spaces import InputSpec, PlannedSpace, SequenceSpec
from spaces.cells.network import CellsBlueprint
from spaces.nasbench101 import widths
from spaces.nasbench101.network import NasBench101Blueprint
from spaces.nasbench201 import network as nasbench201
from spaces.nasbench201.network import NasBench201Blueprint
from spaces.nasbench_nlp.network import RecurrentBlueprint
from spaces.nds.grid_network import NetworkSpec
from tasks.foundation.errors import UsageError
from tasks.foundation.import_guard import PACKAGES

OF_IMAGES: Mapping[type, tuple[Callable[[Any, Shape], Source], Callable[[Any], int]]] = {
    CellsBlueprint: (cells_source, lambda plan: plan.layout.reductions[-1]),
    NetworkSpec: (grid_source, lambda plan: plan.reductions[-1]),
    NasBench101Blueprint: (nasbench101_source, lambda plan: widths.REDUCTIONS[-1]),
    NasBench201Blueprint: (nasbench201_source, lambda plan: nasbench201.REDUCTIONS[-1]),
}
"""What a network of images is made from -> its source, and by how much its last maps are smaller than the input."""

_FUNCTIONS = "evo.exporting.networks.plain_functions"
_PLAIN = {
    Symbol("spaces.cells.operations", "average_pool"): Symbol(_FUNCTIONS, "average_pool"),
    Symbol("spaces.cells.operations", "depthwise"): Symbol(_FUNCTIONS, "depthwise"),
    Symbol("spaces.program_capture", "is_captured"): Symbol(_FUNCTIONS, "is_captured"),
}
"""What stands in for code that is there to train faster."""
_ASKED = ("forward_features", "feature_info", "channels", "reduction")
"""What users call of a network, beside what torch's own have."""


def source_of(
    space: Any,
    made: MadeSpace | None,
    candidate: object,
    spec: InputSpec | SequenceSpec,
    num_outputs: int,
    build: Mapping[str, object],
) -> Source:
    """Return the source of a candidate's network, which imports what it needs.

    made: how the space is made, None where that is not known; build: what its ``build`` takes beside these

    Raises UsageError, naming what, where there can be none.
    """
    plan = space.blueprint(candidate, spec, **build) if isinstance(space, PlannedSpace) else None
    if isinstance(plan, RecurrentBlueprint) and isinstance(spec, SequenceSpec):
        return recurrent_source(plan, spec, num_outputs)
    if type(plan) in OF_IMAGES and isinstance(spec, InputSpec):
        write, coarsest = OF_IMAGES[type(plan)]
        return write(plan, Shape(spec, num_outputs, coarsest(plan)))
    if made is None:
        raise UsageError("the space was handed over as an object, and how it is made is not known; pass its class")
    return plain_source(made, candidate, spec, num_outputs)


def network_source(source: Source, description: str, package: str) -> str:
    """Return the source as a file that needs torch and the standard library alone; package: that the space is from."""
    rules = Rules(frozenset((*PACKAGES, package)), instead=_PLAIN, tables=source.tables)
    return bundle(source.text, description, rules, attributes=_ASKED)
