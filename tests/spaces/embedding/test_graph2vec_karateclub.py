"""Catches: any difference from karateclub's own Graph2Vec, in documents, learnt vectors or inferred ones.

karateclub's pins cannot be met any more: ``pip install --no-deps karateclub`` and what it imports, as .ci/run does.
"""

import random
from typing import Any

import networkx as nx
import numpy as np
import pytest

from spaces.embedding.graph2vec import Graph2Vec

karateclub = pytest.importorskip("karateclub", reason="karateclub is optional; it is installed apart, without its pins")
pytestmark = pytest.mark.filterwarnings("ignore:Call to deprecated `docvecs`:DeprecationWarning")  # in karateclub

FEATURES = (1, 9, 10, "a", "b_a", 2.5, None, "é")
OPTIONS: dict[str, Any] = {"workers": 1, "min_count": 2, "dimensions": 16, "wl_iterations": 3, "epochs": 5}


def random_graph(rng: random.Random) -> "nx.Graph[int]":
    """Return a graph of 1 to 15 nodes in random order, with edges to a node itself and nodes without any edge."""
    size = rng.randint(1, 15)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from((node, {"feature": rng.choice(FEATURES)}) for node in rng.sample(range(size), size))
    pairs = [(one, other) for one in graph for other in graph if rng.random() < 0.15]
    graph.add_edges_from(pairs)
    return graph


def copies(graphs: list[Any]) -> list[Any]:
    return [graph.copy() for graph in graphs]  # karateclub adds edges to what it is given


RNG = random.Random(0)
GRAPHS = [random_graph(RNG) for _ in range(30)]
OTHERS = [random_graph(RNG) for _ in range(5)]


@pytest.mark.parametrize("seed", [42, 7])
@pytest.mark.parametrize("erase_base_features", [False, True])
@pytest.mark.parametrize("attributed", [False, True])
def test_documents_and_vectors_equal_those_of_karateclub(
    attributed: bool, erase_base_features: bool, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {**OPTIONS, "attributed": attributed, "erase_base_features": erase_base_features, "seed": seed}
    theirs, ours, documents = karateclub.Graph2Vec(**options), Graph2Vec(**options), []
    module = __import__(theirs.__module__, fromlist=["Doc2Vec"])
    learn = module.Doc2Vec

    def learn_and_note(tagged: Any, **settings: Any) -> Any:
        documents.extend(document.words for document in tagged)
        return learn(tagged, **settings)

    monkeypatch.setattr(module, "Doc2Vec", learn_and_note)
    theirs.fit(copies(GRAPHS))
    ours.fit(GRAPHS)
    assert ours.documents(GRAPHS) == documents
    assert np.array_equal(ours.get_embedding(), theirs.get_embedding())
    for graphs in (OTHERS, GRAPHS):  # the second inference too
        assert np.array_equal(ours.infer(graphs), theirs.infer(copies(graphs)))


def test_the_arguments_are_karateclubs_in_its_order_with_its_defaults() -> None:
    theirs = vars(karateclub.Graph2Vec())
    ours = {name: value for name, value in vars(Graph2Vec()).items() if not name.startswith("_")}
    assert list(ours.items()) == list(theirs.items())
    assert vars(karateclub.Graph2Vec(*range(1, 11))) == {
        name: value for name, value in vars(Graph2Vec(*range(1, 11))).items() if not name.startswith("_")
    }
