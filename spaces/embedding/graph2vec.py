"""Graph2Vec: a vector for each of many graphs (Narayanan et al., 2017, arXiv 1707.05005), with karateclub's interface.

A graph becomes a document of Weisfeiler-Lehman words, and gensim's Doc2Vec, in its bag-of-words form, learns a vector
for each document. Documents equal karateclub's literally, and so do the vectors of one worker and one seed.

Letters: N graphs, K dimensions.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import networkx as nx

Floats = NDArray[np.float32]

_LAST_LEARNING_RATE = 1e-5  # of an inference, as karateclub sets it; a fit ends at gensim's own


@dataclass
class Graph2Vec:
    """Vectors of undirected graphs whose nodes are numbered 0 to n - 1.

    wl_iterations: how far words see, in edges; attributed: start from the nodes' attribute ``feature``, not their
    degree; erase_base_features: leave the words of iteration 0 out; dimensions: K; down_sampling: frequency above
    which words are dropped at random, 0 for never; epochs, learning_rate: of a fit and of an inference; min_count:
    words rarer than this are dropped. Only ``workers=1`` gives the same vectors for the same ``seed`` again: gensim's
    threads race each other.
    """

    wl_iterations: int = 2
    attributed: bool = False
    dimensions: int = 128
    workers: int = 4
    down_sampling: float = 0.0001
    epochs: int = 10
    learning_rate: float = 0.025
    min_count: int = 5
    seed: int = 42
    erase_base_features: bool = False
    _model: Any = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raise ValueError for a number that is too small."""
        least = {"wl_iterations": 0, "dimensions": 1, "workers": 1, "down_sampling": 0, "epochs": 1, "min_count": 0}
        for name, bound in least.items():
            if not getattr(self, name) >= bound:
                raise ValueError(f"{name} is {getattr(self, name)}; at least {bound} is needed")
        if not self.learning_rate > 0:
            raise ValueError(f"learning_rate is {self.learning_rate}; it must be above 0")

    def fit(self, graphs: "Sequence[nx.Graph[Any]]") -> None:
        """Learn the vectors of ``graphs``; raises ValueError for graphs that it cannot take, or that share no word."""
        from gensim.models.doc2vec import Doc2Vec, TaggedDocument

        documents = self.documents(graphs)
        _check_vocabulary(documents, self.min_count)
        self._model = Doc2Vec(
            [TaggedDocument(words, [str(position)]) for position, words in enumerate(documents)],
            vector_size=self.dimensions,
            window=0,
            min_count=self.min_count,
            dm=0,
            sample=self.down_sampling,
            workers=self.workers,
            epochs=self.epochs,
            alpha=self.learning_rate,
            seed=self.seed,
        )

    def get_embedding(self) -> Floats:
        """Return the vectors [N, K] of the graphs that were fitted; raises ValueError before a fit."""
        return np.array(self._fitted().dv.vectors, dtype=np.float32)

    def infer(self, graphs: "Sequence[nx.Graph[Any]]") -> Floats:
        """Return vectors [N, K] of other graphs, as karateclub would; raises ValueError as ``fit`` does, or before it.

        gensim starts from Python's hash of the words, which differs between processes unless PYTHONHASHSEED is set,
        and its random draws go on from call to call: see ``infer_again`` for vectors that do not change.
        """
        model = self._fitted()
        rates = {"alpha": self.learning_rate, "min_alpha": _LAST_LEARNING_RATE}
        vectors = [model.infer_vector(words, epochs=self.epochs, **rates) for words in self.documents(graphs)]
        return np.array(vectors, dtype=np.float32).reshape(-1, self.dimensions)

    def infer_again(self, graphs: "Sequence[nx.Graph[Any]]") -> Floats:
        """Return vectors [N, K] of other graphs, each a function of the fit and the graph alone; raises as ``infer``.

        Every inference starts at zero and draws its random numbers from ``seed`` afresh.
        """
        self._fitted()
        vectors = [self._infer_from_zero(words) for words in self.documents(graphs)]
        return np.array(vectors, dtype=np.float32).reshape(-1, self.dimensions)

    def documents(self, graphs: "Sequence[nx.Graph[Any]]") -> list[list[str]]:
        """Return the words of each graph; raises ValueError for graphs that it cannot take."""
        for position, graph in enumerate(graphs):
            _check_graph(graph, f"graph {position}", attributed=self.attributed)
        return [self._document(graph) for graph in graphs]

    def _document(self, graph: "nx.Graph[Any]") -> list[str]:
        """Return the words node by node, in each from iteration 0 on."""
        around = {node: {*graph.neighbors(node), node} for node in graph}  # as if every node had an edge to itself
        words = self._base_words(graph)
        iterations = [] if self.erase_base_features else [words]
        for _ in range(self.wl_iterations):
            words = {node: _join_words(words[node], [words[other] for other in around[node]]) for node in graph}
            iterations.append(words)
        return [iteration[node] for node in graph for iteration in iterations]

    def _base_words(self, graph: "nx.Graph[Any]") -> dict[Any, str]:
        if self.attributed:
            return {node: str(feature) for node, feature in graph.nodes(data="feature")}
        # The edge to itself counts twice, as a loop's two ends do.
        return {node: str(len({*graph.neighbors(node)} - {node}) + 2) for node in graph}

    def _infer_from_zero(self, words: list[str]) -> Floats:
        from gensim.models.doc2vec import train_document_dbow

        model = self._fitted()
        model.random = np.random.RandomState(self.seed)
        vector = np.zeros(self.dimensions, np.float32)
        rows = {"doctag_vectors": vector.reshape(1, -1), "doctags_lockf": np.ones(1, np.float32)}
        for rate in np.linspace(self.learning_rate, _LAST_LEARNING_RATE, self.epochs):
            train_document_dbow(model, words, [0], rate, learn_words=False, learn_hidden=False, **rows)
        return vector

    def _fitted(self) -> Any:
        if self._model is None:
            raise ValueError("there is nothing to embed with yet; call fit first")
        return self._model


def undirected_graph(graph: "nx.DiGraph[Any]") -> "nx.Graph[Any]":
    """Return a candidate's graph as an attributed Graph2Vec takes it: nodes 0 to n - 1 in the graph's order.

    A node's ``feature`` is its ``op`` with its numbers of edges in and out, e.g. ``add/2/1``: undirected edges alone
    would not tell a chain of operations from the same chain backwards. Raises ValueError for a node without ``op``.
    """
    import networkx as nx

    number = {node: position for position, node in enumerate(graph)}
    result: nx.Graph[Any] = nx.Graph()
    for node, operation in graph.nodes(data="op"):
        if operation is None:
            raise ValueError(f"node {node!r} has no attribute 'op'")
        result.add_node(number[node], feature=f"{operation}/{graph.in_degree(node)}/{graph.out_degree(node)}")
    result.add_edges_from((number[source], number[target]) for source, target in graph.edges)
    return result


def _join_words(word: str, around: list[str]) -> str:
    """Return the next iteration's word of a node, a digest that is the same in every process."""
    return hashlib.md5("_".join([word, *sorted(around)]).encode(), usedforsecurity=False).hexdigest()


def _check_graph(graph: "nx.Graph[Any]", name: str, *, attributed: bool) -> None:
    if graph.is_directed() or graph.is_multigraph():
        raise ValueError(f"{name} is a {type(graph).__name__}; an undirected graph with single edges is needed")
    if set(graph) != set(range(len(graph))):
        raise ValueError(f"the {len(graph)} nodes of {name} are not numbered 0 to {len(graph) - 1}")
    if attributed:
        bare = [node for node, attributes in graph.nodes(data=True) if "feature" not in attributes]
        if bare:
            raise ValueError(f"node {bare[0]} of {name} has no attribute 'feature', which attributed=True reads")


def _check_vocabulary(documents: list[list[str]], min_count: int) -> None:
    counts = Counter(word for words in documents for word in words)
    least = max(min_count, 1)
    if max(counts.values(), default=0) < least:
        raise ValueError(f"no word occurs {least} times in {len(documents)} graphs; give more or lower min_count")
