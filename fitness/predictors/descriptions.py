"""What a table of features can say of a candidate: named numbers, of which one that a candidate lacks is 0.

Words are those of Weisfeiler and Lehman (as in Graph2Vec, arXiv 1707.05005): one for each vertex of a candidate's graph
and each distance up to which it sees the vertices around it. A word's number is how often it is there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from spaces import CostedSpace, OperationCosts, cifar_costs
from spaces.embedding.graph2vec import Graph2Vec, undirected_graph

Description = Mapping[str, float]


def describe(space: Any, texts: Sequence[str], *, reach: int) -> Sequence[Description]:
    """Return the numbers of candidates: of their words and, where the space knows them, of their operations' costs.

    reach: edges that words see. Raises ValueError for a text that is no candidate.
    """
    candidates = [space.decode(text) for text in texts]
    documents = Graph2Vec(wl_iterations=reach, attributed=True).documents(
        [undirected_graph(space.to_graph(candidate)) for candidate in candidates]
    )
    words = [{f"word {word}": float(count) for word, count in Counter(document).items()} for document in documents]
    if not isinstance(space, CostedSpace):
        return words
    return [
        {**counted, **_cost_numbers(cifar_costs(space, candidate))}
        for counted, candidate in zip(words, candidates, strict=True)
    ]


def is_word(name: str) -> bool:
    """Return whether a number is that of a word, and not of costs or scores."""
    return name.startswith("word ")


def _cost_numbers(costs: OperationCosts) -> Description:
    """Return the logarithms of a network's costs: of all, of each kind of operation, of each place of each cell.

    One is added to each number before.
    """
    found: Counter[str] = Counter({"params": costs.total.params, "macs": costs.total.macs})
    for cell in costs.cells:
        graph = costs.graphs[cell.kind]
        for measure, values in (("params", cell.params), ("macs", cell.macs)):
            for place, (operation, value) in enumerate(zip(graph.operations, values, strict=True)):
                found[f"{measure} of {operation}"] += value
                found[f"{measure} at {cell.kind}/{place}"] += value
    return {name: float(np.log1p(value)) for name, value in found.items()}
