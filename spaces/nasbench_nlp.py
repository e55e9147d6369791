"""NAS-Bench-NLP: networks of three recurrent layers around a cell that is a graph (Klyuchnikov et al., 2020)."""

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from spaces.base import SequenceSpec
from spaces.recurrent_cell import RecurrentCell, canonical
from spaces.recurrent_generator import sample_cell
from spaces.recurrent_mutation import mutate_locally
from spaces.recurrent_network import DROPOUTS, RecurrentNetwork, RecurrentSettings
from spaces.recurrent_recipe import from_recipe, from_text, to_recipe, to_text

if TYPE_CHECKING:
    import networkx as nx


class NasBenchNlp:
    """The space of recurrent cells with up to three states; its networks read sequences."""

    reads = SequenceSpec

    def __init__(
        self,
        *,
        emsize: int = 400,
        nhid: int = 600,
        dropout: Literal["ptb", "wikitext2", "none"] = "ptb",
        frozen_recurrent: bool = False,
    ) -> None:
        """Set the network around a cell, by default the one that was trained on the Penn Treebank.

        emsize: values per step that the first layer reads and the last one returns; nhid: values of the other layers;
        dropout: the published rates of a data set, or none; frozen_recurrent: matrices of all operands but the step's
        input stay as they were initialised, as in the released program. Raises ValueError for a width below 1.
        """
        for name, value in (("emsize", emsize), ("nhid", nhid)):
            if value < 1:
                raise ValueError(f"{name} is {value}; at least 1 is needed")
        self._settings = RecurrentSettings(emsize, nhid, DROPOUTS[dropout], frozen_recurrent)

    def sample(self, rng: np.random.Generator) -> RecurrentCell:
        """Return a cell drawn by the published grammar."""
        return sample_cell(rng)

    def mutate(self, candidate: RecurrentCell, rng: np.random.Generator) -> RecurrentCell:
        """Return a valid cell with another key, one small change away."""
        return mutate_locally(candidate, rng)

    def encode(self, candidate: RecurrentCell) -> str:
        """Return the nodes in order, e.g. ``f=linear(x,h_prev_0);h_new_0=activation_tanh(f)``."""
        return to_text(candidate)

    def decode(self, text: str) -> RecurrentCell:
        """Return the cell of a text; raises ValueError naming the part that is wrong."""
        return from_text(text)

    def from_recipe(self, recipe: str) -> RecurrentCell:
        """Return the cell of one of the benchmark's JSON recipes; raises ValueError saying what is wrong."""
        return from_recipe(recipe)

    def to_recipe(self, candidate: RecurrentCell) -> str:
        """Return the JSON recipe of a cell, to the letter the one it was read from unless that had spaces."""
        return to_recipe(candidate)

    def key(self, candidate: RecurrentCell) -> str:
        """Return the text of the canonical form: names and the order of nodes do not matter."""
        return to_text(canonical(candidate))

    def build(self, candidate: RecurrentCell, input_spec: SequenceSpec, num_outputs: int) -> RecurrentNetwork:
        """Return the network of the cell's canonical form, so that equal keys have equal weights for a seed.

        Raises ValueError for an empty input or no output.
        """
        for name, value in (("width", input_spec.width), ("length", input_spec.length), ("num_outputs", num_outputs)):
            if value < 1:
                raise ValueError(f"{name} is {value}; at least 1 is needed")
        return RecurrentNetwork(canonical(candidate), self._settings, input_spec.width, num_outputs)

    def to_graph(self, candidate: RecurrentCell) -> "nx.DiGraph[Any]":
        """Return the graph of a cell: an edge from every operand to its node, numbered by its ``position``.

        Every node has ``op`` and ``role``: of the input ``x`` and of an old state both are ``x`` and ``h_prev``; of a
        node ``op`` is its operation, and ``role`` is ``h_new`` for a new state and ``node`` otherwise.
        """
        import networkx as nx

        graph: nx.DiGraph[Any] = nx.DiGraph()
        graph.add_node("x", op="x", role="x")
        graph.add_nodes_from(candidate.old_states, op="h_prev", role="h_prev")
        for node in candidate.nodes:
            role = "h_new" if node.name in candidate.new_states else "node"
            graph.add_node(node.name, op=node.operation, role=role)
        for node in candidate.nodes:
            for position, operand in enumerate(node.operands):
                graph.add_edge(operand, node.name, position=position)
        return graph
