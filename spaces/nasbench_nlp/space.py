"""NAS-Bench-NLP: networks of three recurrent layers around a cell that is a graph (Klyuchnikov et al., 2020)."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from spaces.base import SequenceSpec
from spaces.build_arguments import check_size
from spaces.drawing.diagram import Diagram
from spaces.nasbench_nlp.cell import RecurrentCell, canonical
from spaces.nasbench_nlp.diagram import nasbench_nlp_diagram
from spaces.nasbench_nlp.grammar import sample_cell
from spaces.nasbench_nlp.mutation import mutate_locally
from spaces.nasbench_nlp.network import DROPOUTS, RecurrentBlueprint, RecurrentNetwork, RecurrentSettings
from spaces.nasbench_nlp.pool import fitted_pool, published_pool
from spaces.nasbench_nlp.recipe import cell_graph, from_recipe, from_text, to_recipe, to_text
from tasks.foundation.errors import unknown_name

if TYPE_CHECKING:
    import networkx as nx

    from spaces.embedding.pool import EmbeddingPool

_LARGEST_POOL = 200_000  # cells; each takes some milliseconds to draw and to embed
_MUTATIONS = ("embedding", "local")

Mutation = Literal["embedding", "local"]
Dropout = Literal["ptb", "wikitext2", "none"]


class NasBenchNlp:
    """The space of recurrent cells with up to three states; its networks read sequences."""

    reads = SequenceSpec

    def __init__(
        self,
        *,
        emsize: int = 400,
        nhid: int = 600,
        dropout: Dropout = "ptb",
        frozen_recurrent: bool = False,
        mutation: Mutation = "embedding",
        pool: int = 2_000,
        pool_seed: int = 0,
        embedding: str = "",
        recipes: str = "",
    ) -> None:
        """Set the network around a cell, by default the one that was trained on the Penn Treebank, and the mutation.

        emsize: values per step that the first layer reads and the last one returns
        nhid: values per step of the other layers
        dropout: the published rates of a data set, or none
        frozen_recurrent: whether the matrices of all operands but the step's input stay as initialised, as in the
            released program
        mutation: ``embedding`` goes to a neighbour in the graph embedding of a pool of cells, as GenNAS does; ``local``
            changes one thing
        pool, pool_seed: how many cells are drawn and embedded once per run, and which
        embedding, recipes: instead of a drawn pool a published embedding, a CSV, and the table of its cells, as
            ``published_pool`` reads them

        Raises ValueError for a number that is too small, or one file without the other.
        """
        check_size("emsize", emsize)
        check_size("nhid", nhid)
        for chosen, kind, known in ((dropout, "dropout", DROPOUTS), (mutation, "mutation", _MUTATIONS)):
            if chosen not in known:
                raise unknown_name(kind, chosen, known)
        check_size("pool", pool, least=2, most=_LARGEST_POOL)
        if bool(embedding) != bool(recipes):
            raise ValueError("a published embedding needs both embedding and recipes")
        self._mutation, self._pool_size, self._pool_seed = mutation, pool, pool_seed
        self._published = (Path(embedding), Path(recipes)) if embedding else None
        self._pool: EmbeddingPool | None = None
        self._settings = RecurrentSettings(emsize, nhid, DROPOUTS[dropout], frozen_recurrent)

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with files by their full paths, so that a run can be resumed from anywhere."""
        files = {name: str(Path(str(options[name])).absolute()) for name in ("embedding", "recipes") if options[name]}
        return {**options, **files}

    def prepare(self, folder: Path) -> None:
        """Draw and embed the pool, or read what ``folder`` keeps of it; takes ten seconds or more the first time.

        Raises UsageError where a file cannot be read.
        """
        if self._mutation == "embedding":
            self._pool = (
                published_pool(*self._published)
                if self._published
                else fitted_pool(folder, size=self._pool_size, seed=self._pool_seed)
            )

    def sample(self, rng: np.random.Generator) -> RecurrentCell:
        """Return a member of the pool, all equally likely; without one a cell drawn by the published grammar."""
        if self._pool is None:
            return sample_cell(rng)
        return from_text(self._pool.texts[rng.integers(len(self._pool.texts))])

    def mutate(self, candidate: RecurrentCell, rng: np.random.Generator) -> RecurrentCell:
        """Return a valid cell with another key: a neighbour in the pool; without a pool, one small change away."""
        if self._pool is None:
            return mutate_locally(candidate, rng)
        text = self.key(candidate)
        return from_text(self._pool.neighbour(self._pool.vector(text), text, rng))

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
        """Return the JSON recipe of a cell: exactly the one it was read from, but for spaces."""
        return to_recipe(candidate)

    def key(self, candidate: RecurrentCell) -> str:
        """Return the text of the canonical form: names and the order of nodes do not matter."""
        return to_text(canonical(candidate))

    def build(self, candidate: RecurrentCell, input_spec: SequenceSpec, num_outputs: int) -> RecurrentNetwork:
        """Return the network of the cell's canonical form, so that equal keys have equal weights for a seed.

        Raises ValueError for an empty input or no output.
        """
        for name, value in (("width", input_spec.width), ("length", input_spec.length), ("num_outputs", num_outputs)):
            check_size(name, value)
        return RecurrentNetwork(canonical(candidate), self._settings, input_spec.width, num_outputs)

    def diagram(self, candidate: RecurrentCell) -> Diagram:
        """Return the cell as its text has it, and the network."""
        return nasbench_nlp_diagram(candidate, self._settings)

    def blueprint(self, candidate: RecurrentCell, input_spec: SequenceSpec) -> RecurrentBlueprint:
        """Return what the network of the cell's canonical form is made from."""
        return RecurrentBlueprint(canonical(candidate), self._settings)

    def to_graph(self, candidate: RecurrentCell) -> "nx.DiGraph[Any]":
        """Return the graph of a cell, as ``cell_graph`` describes it."""
        return cell_graph(candidate)
