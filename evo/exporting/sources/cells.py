"""Source of a network of cells: their genotypes as data, and the operations that they have."""

from evo.exporting.bundling.closure import Symbol
from evo.exporting.bundling.literals import literal
from evo.exporting.sources.source import Shape, Source, image_source
from spaces.cells.genotype import choices
from spaces.cells.network import CellsBlueprint, Stem
from spaces.cells.text import encode_nodes

_OPERATIONS = Symbol("spaces.cells.operations", "OPERATIONS")
_STEMS = {
    Stem.CIFAR: ("CifarStem", "CifarStem(in_channels, {channels})"),
    Stem.IMAGENET: ("ImageNetStem", "ImageNetStem(in_channels, {channels}, 2)"),
    Stem.SMALL: ("ImageNetStem", "ImageNetStem(in_channels, {channels}, 1)"),
}
"""Class of a stem, and what makes one."""
_BODY = """\
stem = {stem}
{statement}return NetworkOfCells(
    {cell},
    {genotypes},
    stem,
    stem.channels_out,
    channels={channels},
    reduction={reduction},
    num_classes=num_classes,
)"""


def cells_source(plan: CellsBlueprint, shape: Shape) -> Source:
    """Return the source of a network of cells."""
    cell = "SearchedCell" if plan.searched else "Cell"
    stem_class, stem = _STEMS[plan.layout.stem]
    constants, genotypes = _genotypes(plan)
    return image_source(
        shape,
        kind="NetworkOfCells",
        imports=(
            f"from evo.exporting.networks.cells import NetworkOfCells, {cell}\n"
            "from evo.exporting.networks.cell_texts import cell_of\n"
            f"from spaces.cells.genotype import CellGenotype\nfrom spaces.cells.network import {stem_class}\n"
        ),
        definitions=constants,
        body=_BODY.format(
            stem=stem.format(channels=plan.layout.channels),
            statement=genotypes[0],
            cell=cell,
            genotypes=genotypes[1],
            channels=plan.layout.channels,
            reduction=plan.layout.stem.reduction,
        ),
        tables={_OPERATIONS: {name for each in plan.cells for name, _ in choices(each.nodes)}},
    )


def _genotypes(plan: CellsBlueprint) -> tuple[str, tuple[str, str]]:
    """Return the constants, the statement that makes the row of all cells of them, and the row's name.

    Two cells have names of their own, where the one stands where the other does not: at one and two thirds of the row.
    Cells of many kinds are written as texts, a line each.
    """
    reducing = plan.layout.reducing
    normal = next(each for number, each in enumerate(plan.cells) if number not in reducing)
    reduction = plan.cells[reducing[0]]
    if plan.layout.spread(normal, reduction) == plan.cells:
        named = (("NORMAL", normal), ("REDUCTION", reduction))
        constants = "\n".join(f"{name} = {literal(each, used=len(name) + 3)}" for name, each in named)
        row = f"cells = [REDUCTION if number in {reducing} else NORMAL for number in range({plan.layout.cells})]\n"
        return constants, (row, "cells")
    texts = "\n".join(encode_nodes(each.nodes) for each in plan.cells)
    return f'CELLS = """\\\n{texts}\n"""', ("", "[cell_of(text) for text in CELLS.split()]")
