"""Source of a NAS-Bench-101 network: its cell as a class of its own, a vertex on a line."""

import re
from collections.abc import Iterator

from evo.exporting.sources.source import Shape, Source, image_source, indented, info_text
from spaces.nasbench101.cell import NasBench101Cell
from spaces.nasbench101.network import NasBench101Blueprint
from spaces.nasbench101.widths import REDUCTIONS, vertex_widths

_CELL = '''\
class Cell(nn.Module):
    """The cell: a vertex applies its operation to the sum of its sources; the input is projected to where it leads."""

    def __init__(self, width_in: int, width_out: int) -> None:
        """Build the layers of a cell that maps ``width_in`` channels to ``width_out``."""
        super().__init__()
{lines}
        self.projection = ConvNormRelu(width_in, self.projected, 1)
        self.operations = nn.ModuleList({operations})

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, C', H, W]."""
{steps}
'''
_LAYERS = {
    "conv3x3-bn-relu": "ConvNormRelu(width_{vertex}, [width_{vertex}], 3)",
    "conv1x1-bn-relu": "ConvNormRelu(width_{vertex}, [width_{vertex}], 1)",
    "maxpool3x3": "nn.MaxPool2d(3, stride=1, padding=1)",
}
_WIDTH = re.compile(r"\bwidth_[0-9]+")
_BODY = """\
classifier = build_classifier({widths[2]}, num_classes)
stem = ConvNormRelu(in_channels, [{widths[0]}], 3)
stages = [
{stages}
]
feature_info = Stages({info})
return NetworkOfStages(stem, stages, classifier, feature_info)"""


def nasbench101_source(plan: NasBench101Blueprint, shape: Shape) -> Source:
    """Return the source of a cell's network."""
    skeleton = plan.skeleton
    stages = [
        f"nn.Sequential({entrance}, Cell({first[0]}, {first[1]}){_others(first[1], len(others))}),"
        for entrance, (first, *others) in zip(
            ("nn.Identity()", "nn.MaxPool2d(2)", "nn.MaxPool2d(2)"), skeleton.cell_widths, strict=True
        )
    ]
    return image_source(
        shape,
        kind="NetworkOfStages",
        imports=(
            "import torch\nfrom torch import Tensor, nn\n"
            "from evo.exporting.networks.stages import Stage, Stages\n"
            "from evo.exporting.networks.shares import shares\n"
            "from evo.exporting.networks.staged import NetworkOfStages\n"
            "from spaces.nasbench101.network import ConvNormRelu, build_classifier\n"
        ),
        definitions=_cell(plan),
        body=_BODY.format(
            widths=skeleton.stack_widths,
            stages=indented("\n".join(stages)),
            info=info_text(skeleton.stack_widths, REDUCTIONS),
        ),
        tables={},
    )


def _others(width: int, count: int) -> str:
    """Return the cells of a stack behind the first one."""
    if count < 3:
        return f", Cell({width}, {width})" * count
    return f", *(Cell({width}, {width}) for _ in range({count}))"


def _cell(plan: NasBench101Blueprint) -> str:
    cell, kept = plan.cell, list(_kept(plan))
    layers = [_LAYERS[name].format(vertex=vertex) for vertex, name in enumerate(cell.operations, start=1)]
    entries = "".join(f"\n                {each},  # vertex {number}" for number, each in enumerate(layers, start=1))
    projected = ", ".join(_width(cell, target) for target in _projected(cell))
    lines = [*_widths(cell, "\n".join((entries, projected, *kept))), *kept, f"self.projected = [{projected}]"]
    return _CELL.format(
        lines=indented("\n".join(lines), 8),
        operations=f"\n            [{entries}\n            ]\n        " if layers else "[]",
        steps=indented("\n".join(_steps(plan)), 8),
    )


def _projected(cell: NasBench101Cell) -> list[int]:
    """Return the vertices that the cell's input leads to."""
    return [target for source, target in cell.edges if source == 0]


def _width(cell: NasBench101Cell, vertex: int) -> str:
    return "width_out" if vertex == cell.vertices - 1 else f"width_{vertex}"


def _widths(cell: NasBench101Cell, read: str) -> list[str]:
    """Return the statements that set the channels of vertices, targets before their sources.

    read: the source that reads them; what neither it nor another of the statements reads is left out
    """
    needed, lines = set(_WIDTH.findall(read)), list[str]()
    for names, value in reversed(list(_assignments(cell))):
        if needed & set(names):
            needed |= set(_WIDTH.findall(value))
            lines.append(f"{', '.join(name if name in needed else '_' for name in names)} = {value}")
    return lines[::-1]


def _assignments(cell: NasBench101Cell) -> Iterator[tuple[list[str], str]]:
    """Yield the channels of all inner vertices by name, each behind what it is made of."""
    last = cell.vertices - 1
    beside = [source for source in cell.sources[last] if source > 0]
    if beside:
        yield (
            [f"width_{vertex}" for vertex in beside],
            "width_out" if len(beside) == 1 else f"shares(width_out, {len(beside)})",
        )
    for vertex in range(last - 1, 0, -1):
        if vertex not in beside:
            targets = [f"width_{target}" for source, target in cell.edges if source == vertex]
            yield [f"width_{vertex}"], targets[0] if len(targets) == 1 else f"max({', '.join(targets)})"


def _kept(plan: NasBench101Blueprint) -> Iterator[str]:
    """Yield the statements that keep the channels of vertices for which a source is too wide."""
    last = plan.cell.vertices - 1
    inner = [(source, target) for source, target in plan.cell.edges if source > 0 and target < last]
    narrow = {target for source, target in inner if _is_wider(plan, source, target)}
    yield from (f"self.width_{vertex} = width_{vertex}" for vertex in sorted(narrow))


def _steps(plan: NasBench101Blueprint) -> Iterator[str]:
    """Yield the statements that compute all vertices, in the order in which the project's own network adds."""
    cell, last = plan.cell, plan.cell.vertices - 1
    pieces = [f"x_{target}" if target < last else "x_out" for target in _projected(cell)]
    if len(pieces) == 1:
        yield f"{pieces[0]} = self.projection(x)"
    else:
        yield f"{', '.join(pieces)} = self.projection(x).split(self.projected, dim=1)"
    for vertex in range(1, last):
        terms = [_read(plan, source, vertex) for source in cell.sources[vertex] if source > 0]
        terms += [f"x_{vertex}"] if vertex in _projected(cell) else []
        yield f"vertex_{vertex} = self.operations[{vertex - 1}]({' + '.join(terms)})"
    beside = [f"vertex_{source}" for source in cell.sources[last] if source > 0]
    joined = [f"torch.cat([{', '.join(beside)}], dim=1)"] if len(beside) > 1 else beside
    yield f"return {' + '.join([*joined, *(['x_out'] if last in _projected(cell) else [])])}"


def _read(plan: NasBench101Blueprint, source: int, vertex: int) -> str:
    """Return what a vertex reads of a source: all of it, or its first channels where it has one more."""
    return f"vertex_{source}[:, : self.width_{vertex}]" if _is_wider(plan, source, vertex) else f"vertex_{source}"


def _is_wider(plan: NasBench101Blueprint, source: int, vertex: int) -> bool:
    """Return whether a source has more channels than a vertex that reads it, in any of the stacks."""
    stacks = [vertex_widths(plan.cell, *widths) for stack in plan.skeleton.cell_widths for widths in stack]
    return any(found[source] != found[vertex] for found in stacks)
