"""The diagram of a recurrent cell and of the network that it stands in."""

from spaces.drawing.diagram import Arrow, Blocks, Diagram, GraphPart, Role, SkeletonPart, SkeletonRow, Vertex
from spaces.nasbench_nlp.cell import BLEND, INPUT, LINEAR, PRODUCT, SUM, Node, RecurrentCell
from spaces.nasbench_nlp.network import RecurrentSettings

_WORDS = {
    LINEAR: "linear",
    BLEND: "blend",
    PRODUCT: "product",
    SUM: "sum",
    "activation_tanh": "tanh",
    "activation_sigm": "sigmoid",
    "activation_leaky_relu": "leaky ReLU",
}
_ROLES = {LINEAR: Role.WEIGHTED, BLEND: Role.NODE, PRODUCT: Role.NODE, SUM: Role.NODE}
_BLENDED = ("a", "b", "c")
_STATES = "h_prev: states left by the step before; h_new: those that this step leaves, h_new_0 is its output"
_BLEND_NOTE = "; a blend is a b + (1 - a) c"


def nasbench_nlp_diagram(cell: RecurrentCell, settings: RecurrentSettings) -> Diagram:
    """Return the graph of a cell as its recipe has it, and the network of three layers."""
    inputs = [Vertex(name, name, Role.INPUT) for name in (INPUT, *cell.old_states)]
    nodes = [_vertex(node, cell) for node in cell.nodes]
    arrows = [arrow for node in cell.nodes for arrow in _arrows(node)]
    blends = any(node.operation == BLEND for node in cell.nodes)
    note = _STATES + (_BLEND_NOTE if blends else "")
    graph = GraphPart("cell", "recurrent cell, one step", (*inputs, *nodes), tuple(arrows), note)
    return Diagram("NAS-Bench-NLP", (graph, _network(settings)))


def _vertex(node: Node, cell: RecurrentCell) -> Vertex:
    role = _ROLES.get(node.operation, Role.FREE)
    if node.name in cell.new_states:
        return Vertex(node.name, f"{node.name}: {_WORDS[node.operation]}", Role.OUTPUT)
    return Vertex(node.name, _WORDS[node.operation], role)


def _arrows(node: Node) -> list[Arrow]:
    labels = _BLENDED if node.operation == BLEND else ("",) * len(node.operands)
    return [Arrow(operand, node.name, label, Role.NODE) for operand, label in zip(node.operands, labels, strict=True)]


def _network(settings: RecurrentSettings) -> SkeletonPart:
    outer, inner = settings.emsize, settings.nhid
    rows = (
        _row("encoder", "linear map", outer),
        *(
            _row(f"layer {number}", "recurrent cell", width)
            for number, width in enumerate((inner, inner, outer), start=1)
        ),
        SkeletonRow("decoder", (Blocks("linear map of every step"),)),
    )
    return SkeletonPart("network", rows)


def _row(name: str, what: str, width: int) -> SkeletonRow:
    return SkeletonRow(name, (Blocks(what),), width, unit="values per step")
