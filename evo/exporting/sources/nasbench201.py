"""Source of a NAS-Bench-201 network: its cell as a class of its own, an edge on a line."""

from collections.abc import Iterator

from evo.exporting.sources.source import Shape, Source, image_source, indented, info_text
from spaces.nasbench201.cell import CONVOLUTIONS, EDGES, OUTPUT, ZERO, Edge
from spaces.nasbench201.network import (
    REDUCTIONS,
    CellStep,
    NasBench201Blueprint,
    NasBench201Skeleton,
    layer_name,
    live_edges,
    plan_steps,
)

_CELL = '''\
class Cell(nn.Module):
    """The cell: four nodes, each the sum of what the edges that lead to it make of earlier nodes."""

    def __init__(self, channels: int) -> None:
        """Build the layers of all edges{idle}."""
        super().__init__()
        self.layers = nn.ModuleDict({layers})

    def forward(self, node_0: Tensor) -> Tensor:
        """Map [B, C, H, W] to the same shape."""
{steps}
'''
_BODY = """\
widths = {widths}
entrances = [nn.Identity(), ReductionBlock({widths[0]}, {widths[1]}), ReductionBlock({widths[1]}, {widths[2]})]
stem = build_stem(in_channels, {widths[0]})
stages = [
    nn.Sequential(entrance, *(Cell(width) for _ in range({cells})))
    for entrance, width in zip(entrances, widths, strict=True)
]
classifier = build_classifier({widths[2]}, num_classes)
feature_info = Stages({info})
return NetworkOfStages(stem, stages, classifier, feature_info)"""


def nasbench201_source(plan: NasBench201Blueprint, shape: Shape) -> Source:
    """Return the source of a cell's network."""
    widths = tuple(plan.skeleton.widths)
    cell = _cell(plan)
    return image_source(
        shape,
        kind="NetworkOfStages",
        imports=(
            "import torch\nfrom torch import Tensor, nn\nfrom torch.nn import functional\n"
            "from evo.exporting.networks.stages import Stage, Stages\n"
            "from evo.exporting.networks.staged import NetworkOfStages\n"
            "from spaces.nasbench201.network import ReductionBlock, build_classifier, build_stem\n"
            "from spaces.nasbench201.network import ReluConvNorm, conv_norm\n"
        ),
        definitions=cell,
        body=_BODY.format(widths=widths, cells=plan.skeleton.cells_per_stage, info=info_text(widths, REDUCTIONS)),
        tables={},
    )


def _cell(plan: NasBench201Blueprint) -> str:
    chosen = {edge: name for edge, name in zip(EDGES, plan.operations, strict=True) if name != ZERO}
    live = live_edges(plan.operations, biases=plan.skeleton.biases)
    lines = [
        f'"{layer_name(edge)}": {_layers(name, plan.skeleton)},{"" if edge in live else "  # leads nowhere"}'
        for edge, name in chosen.items()
    ]
    entries = indented("\n".join(lines), 16)
    layers = f"\n            {{\n{entries}\n            }}\n        " if lines else ""
    steps = indented("\n".join(_steps(plan)), 8)
    idle = "" if set(chosen) <= set(live) else ", of those too that lie on no path from input to output"
    return _CELL.format(layers=layers, steps=steps, idle=idle)


def _layers(name: str, skeleton: NasBench201Skeleton) -> str:
    """Return what makes the layers of an edge."""
    if name in CONVOLUTIONS:
        return f"ReluConvNorm(channels, {name[-1]}, affine={skeleton.affine}, biases={skeleton.biases})"
    if name == "skip_connect":
        return "nn.Identity()"
    return "nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)"


def _steps(plan: NasBench201Blueprint) -> Iterator[str]:
    """Yield the statements that compute the nodes, in the order in which the project's own network adds."""
    there = {0}
    for step in plan_steps(plan.operations, biases=plan.skeleton.biases):
        if step.source not in there:
            yield f"node_{step.source} = torch.zeros_like(node_0)"
            there.add(step.source)
        joined = _is_joined(step, plan.skeleton)
        yield from _joined(step) if joined else ()
        for target in step.targets:
            term = f"from_{step.source}_to_{target}" if joined else _term((step.source, target))
            yield f"node_{target} = {f'node_{target} + ' if target in there else ''}{term}"
            there.add(target)
    yield f"return node_{OUTPUT}" if OUTPUT in there else "return torch.zeros_like(node_0)"


def _term(edge: Edge) -> str:
    return f'self.layers["{layer_name(edge)}"](node_{edge[0]})'


def _is_joined(step: CellStep, skeleton: NasBench201Skeleton) -> bool:
    """Return whether several convolutions of one input are computed as one: those without statistics of their own."""
    return step.operation in CONVOLUTIONS and not skeleton.affine and len(step.targets) > 1


def _joined(step: CellStep) -> Iterator[str]:
    maps = ", ".join(f"from_{step.source}_to_{target}" for target in step.targets)
    layers = ", ".join(f'"{layer_name((step.source, target))}"' for target in step.targets)
    yield f"convolutions = [self.layers[name].conv for name in ({layers})]"
    yield f"{maps} = conv_norm(functional.relu(node_{step.source}), convolutions)"
