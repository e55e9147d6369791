"""How wide everything in a NAS-Bench-101 network is, and how many parameters follow from it, by arithmetic alone."""

from collections import Counter
from dataclasses import dataclass

from spaces.nasbench101.cell import NasBench101Cell

REDUCTIONS = (1, 2, 4)
_KERNEL = {"conv3x3-bn-relu": 3, "conv1x1-bn-relu": 1}


@dataclass(frozen=True)
class NasBench101Skeleton:
    """What all networks of the benchmark share around their cell.

    stem_channels: channels of stem and first stack, doubled by the second and again by the third
    modules_per_stack: cells in a stack
    """

    stem_channels: int = 16
    modules_per_stack: int = 3

    @property
    def stack_widths(self) -> tuple[int, ...]:
        """Channels that leave each stack."""
        return tuple(self.stem_channels * reduction for reduction in REDUCTIONS)

    @property
    def cell_widths(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """Channels into and out of each cell, stack by stack."""
        entering = (self.stem_channels, *self.stack_widths[:-1])
        return tuple(
            ((first, width), *[(width, width)] * (self.modules_per_stack - 1))
            for first, width in zip(entering, self.stack_widths, strict=True)
        )


def vertex_widths(cell: NasBench101Cell, width_in: int, width_out: int) -> tuple[int, ...]:
    """Return the channels of each vertex of a cell that maps ``width_in`` channels to ``width_out``.

    The interior sources of the output share its channels evenly, the first of them get one more each of what remains;
    any other vertex is as wide as the widest that it leads to.
    """
    last = cell.vertices - 1
    widths = [width_in, *[0] * (last - 1), width_out]
    beside = [source for source in cell.sources[last] if source > 0]
    for position, vertex in enumerate(beside):
        widths[vertex] = width_out // len(beside) + (position < width_out % len(beside))
    for source, target in reversed(cell.edges):  # by falling source, so that targets are settled
        if source > 0 and source not in beside:
            widths[source] = max(widths[source], widths[target])
    return tuple(widths)


def cell_parameters(cell: NasBench101Cell, width_in: int, width_out: int) -> int:
    """Return the number of parameters of a cell that maps ``width_in`` channels to ``width_out``."""
    widths = vertex_widths(cell, width_in, width_out)
    projections = sum(_conv_norm(width_in, widths[target], 1) for source, target in cell.edges if source == 0)
    interior = zip(cell.operations, widths[1:-1], strict=True)
    return projections + sum(_conv_norm(width, width, _KERNEL[name]) for name, width in interior if name in _KERNEL)


def network_parameters(
    cell: NasBench101Cell, skeleton: NasBench101Skeleton, input_channels: int, num_outputs: int
) -> int:
    """Return the number of parameters of a cell's network, without building it."""
    stem = _conv_norm(input_channels, skeleton.stem_channels, 3)
    cells = sum(
        count * cell_parameters(cell, *widths)
        for stack in skeleton.cell_widths
        for widths, count in Counter(stack).items()
    )
    return stem + cells + (skeleton.stack_widths[-1] + 1) * num_outputs


def _conv_norm(width_in: int, width_out: int, kernel: int) -> int:
    return kernel * kernel * width_in * width_out + 2 * width_out
