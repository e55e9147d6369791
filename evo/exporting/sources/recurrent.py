"""Source of a recurrent network: its cell as a class of its own, a step as straight lines."""

from collections.abc import Iterator, Sequence
from textwrap import fill

from evo.exporting.bundling.literals import LINE, literal
from evo.exporting.sources.source import LOAD_IMPORTS, Source, indented, load_function
from spaces import SequenceSpec
from spaces.nasbench_nlp.cell import BLEND, INPUT, LINEAR, PRODUCT, SUM, Node, RecurrentCell, in_order
from spaces.nasbench_nlp.network import RecurrentBlueprint, readers_of

_FORMS = {
    BLEND: "{2} + {0} * ({1} - {2})",
    PRODUCT: "{0} * {1}",
    SUM: "{0} + {1}",
    "activation_tanh": "torch.tanh({0})",
    "activation_sigm": "torch.sigmoid({0})",
    "activation_leaky_relu": "functional.leaky_relu({0})",
}
_REMARK = "    # "
_CELL = '''\
class CellLayer(SteppedLayer):
    """The cell: one step in straight lines."""

    states = {states}
{linear}
    readers: ClassVar = {readers}
    dropout = {dropout}
{frozen}
{head}
        """Return the new states [B, outputs] each; from_x: what the input adds to the linear nodes that read it."""
{lines}
        return {states_after}
'''
_END = '''\
def create_model(num_outputs: int = {outputs}, width: int = {width}) -> SequenceNetwork:
    """Return the network with fresh weights; it maps [L, B, width] to [L, B, num_outputs]."""
    return SequenceNetwork(
        CellLayer,
        width=width,
        outer={outer},
        inner={inner},
        num_outputs=num_outputs,
        between={between},
        after={after},
    )
'''
_IMPORTS = """\
from collections.abc import Mapping
from typing import ClassVar
import torch
from torch import Tensor
from torch.nn import functional
from evo.exporting.networks.recurrent import SteppedLayer, SequenceNetwork
"""


def recurrent_source(plan: RecurrentBlueprint, spec: SequenceSpec, num_outputs: int) -> Source:
    """Return the source of a cell's network."""
    settings = plan.settings
    end = _END.format(
        outputs=num_outputs,
        width=spec.width,
        outer=settings.emsize,
        inner=settings.nhid,
        between=settings.dropout.between,
        after=settings.dropout.after,
    )
    text = "\n\n".join((LOAD_IMPORTS + _IMPORTS, _cell(plan), end, load_function("SequenceNetwork")))
    return Source(text, "sequences [L, B, width]")


def _cell(plan: RecurrentBlueprint) -> str:
    cell, settings = plan.cell, plan.settings
    linear = _linear(cell)
    readers = {source: [linear.index(name) for name in names] for source, names in readers_of(cell).items()}
    after = ", ".join(cell.new_states)
    numbered = ", ".join(f"{number} {name}" for number, name in enumerate(linear))
    return _CELL.format(
        states=len(cell.old_states),
        linear=fill(f"Linear nodes by number: {numbered}.", LINE, initial_indent=_REMARK, subsequent_indent=_REMARK),
        readers=literal(readers, used=24, indent=4),
        dropout=settings.dropout.weights,
        frozen="    frozen = True\n" if settings.frozen_recurrent else "",
        head=_head(cell),
        states_after=after if len(cell.new_states) > 1 else f"({after},)",
        lines=indented("\n".join(_steps(cell)), 8),
    )


def _head(cell: RecurrentCell) -> str:
    """Return the first line of the method that computes a step, or three where that is too long."""
    states = "".join(f", {name}: Tensor" for name in cell.old_states)
    arguments, result = f"self, weights: Mapping[str, Tensor], from_x: Tensor{states}", "-> tuple[Tensor, ...]:"
    line = f"    def step({arguments}) {result}"
    return line if len(line) <= LINE else f"    def step(\n        {arguments}\n    ) {result}"


def _linear(cell: RecurrentCell) -> list[str]:
    """Return the linear nodes in the order of their biases."""
    return [node.name for node in in_order(cell.nodes) if node.operation == LINEAR]


def _steps(cell: RecurrentCell) -> Iterator[str]:
    """Yield the statements of a step, in the order in which the project's own network adds."""
    readers, linear, begun = readers_of(cell), _linear(cell), set[str]()
    nodes = {node.name: node for node in in_order(cell.nodes)}
    for name in (INPUT, *cell.old_states, *nodes):
        if name in nodes and nodes[name].operation != LINEAR:
            yield f"{name} = {_applied(nodes[name])}"
        if name in readers:
            yield from _spread(name, readers[name], linear, begun)


def _applied(node: Node) -> str:
    return _FORMS[node.operation].format(*node.operands)


def _spread(source: str, readers: Sequence[str], linear: Sequence[str], begun: set[str]) -> Iterator[str]:
    """Yield the statements that add to linear nodes their part of what a value was multiplied by."""
    product = "from_x" if source == INPUT else f'functional.linear({source}, weights["{source}"])'
    parts = [product]
    if len(readers) > 1:
        parts = [f"parts[{number}]" for number in range(len(readers))]
        yield f"parts = {product}.chunk({len(readers)}, dim=-1)"
    for reader, part in zip(readers, parts, strict=True):
        before = f"{reader} + " if reader in begun else f"self.biases[{linear.index(reader)}] + "
        yield f"{reader} = {part if source == INPUT else before + part}"
        begun.add(reader)
