"""Diagrams of cells of two inputs and of the network that they stand in.

Vertices are called by the numbers that a candidate's text has: 0 and 1 are the inputs, 2 is the first node.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from spaces.cells.drawn_operations import operation_arrow
from spaces.cells.genotype import INPUTS, CellGenotype, Genotype
from spaces.cells.network import CIFAR_MULTIPLIER, CellLayout, Stem, stage_info
from spaces.drawing.diagram import Arrow, Blocks, GraphPart, Role, SkeletonPart, SkeletonRow, Vertex

CLASSIFIER = SkeletonRow("classifier", (Blocks("global average and linear map"),))
"""What ends every network of images."""
NORMAL, REDUCTION = "normal", "reduction"
_INPUTS = ("0: input", "1: input")
INPUTS_NOTE = "input 0 of a cell is the output of the cell before the last one, input 1 that of the last one"
"""A line below diagrams of such cells."""
_OUTPUT = "output"
_STRIDED = "what reads an input has stride 2"
_STEMS = {
    Stem.CIFAR: (Blocks("3x3 convolution"),),
    Stem.SMALL: (Blocks("3x3 convolution", 3),),
    Stem.IMAGENET: (Blocks("3x3 convolution", 3, stride=2),),
}


def genotype_parts(genotype: Genotype) -> tuple[GraphPart, GraphPart]:
    """Return both cells; strengths of their edges are given under ``normal`` and ``reduction``."""
    return (
        cell_part(NORMAL, "normal cell", genotype.normal),
        cell_part(REDUCTION, "reduction cell", genotype.reduction, reduces=True),
    )


def cell_part(name: str, title: str, cell: CellGenotype, *, reduces: bool = False) -> GraphPart:
    """Return a cell: a vertex for each state, an arrow for each operation; its output joins some of the nodes."""
    numbers = range(INPUTS, INPUTS + len(cell.nodes))
    vertices = (
        *(Vertex(str(number), label, Role.INPUT) for number, label in enumerate(_INPUTS)),
        *(Vertex(str(number)) for number in numbers),
        Vertex(_OUTPUT, "output: concat", Role.OUTPUT),
    )
    operations = [
        operation_arrow(source, number, operation)
        for number, node in zip(numbers, cell.nodes, strict=True)
        for operation, source in node
    ]
    joined = [Arrow(str(number), _OUTPUT) for number in cell.concat]
    return GraphPart(name, title, vertices, (*operations, *joined), _STRIDED if reduces else "")


def skeleton_part(
    layout: CellLayout,
    widths: Sequence[int],
    *,
    names: tuple[str, str] = ("normal cell", "reduction cell"),
    note: str = "",
) -> SkeletonPart:
    """Return the network around a row of cells.

    widths: how many nodes each concatenates; names: what a cell is called, and one that halves maps; note: on the stem
    """
    infos = stage_info(layout, widths)
    stages = [
        SkeletonRow(
            f"stage {number}",
            tuple(_runs(stage, names[1])),
            info.channels,
            f"nodes of {layout.channels * 2 ** (number - 1)} channels",
        )
        for number, (stage, info) in enumerate(zip(layout.staged(layout.spread(*names)), infos, strict=True), start=1)
    ]
    multiplier = CIFAR_MULTIPLIER if layout.stem is Stem.CIFAR else 1
    stem = SkeletonRow("stem", _STEMS[layout.stem], multiplier * layout.channels, note)
    return SkeletonPart("network", (stem, *stages, CLASSIFIER))


def _runs(stage: Sequence[str], reduction: str) -> Iterator[Blocks]:
    for name, run in groupby(stage):
        yield Blocks(name, len(list(run)), 2 if name == reduction else 1)
