"""Catches: words that miss a neighbour, its order or the node itself, documents in another order, a fit that depends
on more than its seed, inferences that drift, bad graphs let in, a direction lost on the way to an undirected graph.
"""

import hashlib
import math
import os
import subprocess
import sys
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces.embedding.graph2vec import Graph2Vec, undirected_graph


def digest(*parts: str) -> str:
    return hashlib.md5("_".join(parts).encode()).hexdigest()


def path(*features: Any) -> "nx.Graph[Any]":
    graph = nx.path_graph(len(features))
    nx.set_node_attributes(graph, dict(enumerate(features)), "feature")
    return graph


def chain(*operations: str) -> "nx.DiGraph[Any]":
    graph: nx.DiGraph[Any] = nx.DiGraph()
    for position, operation in enumerate(operations):
        graph.add_node(f"node{position}", op=operation)
    nx.add_path(graph, graph.nodes)
    return graph


GRAPHS = [path(*("abcd"[(i + j * (i + 1)) % 4] for j in range(3 + i % 4))) for i in range(12)]
SMALL: dict[str, Any] = {"attributed": True, "dimensions": 4, "workers": 1, "min_count": 1, "learning_rate": 0.1}


@pytest.fixture(scope="module")
def fitted() -> Graph2Vec:
    model = Graph2Vec(**SMALL)
    model.fit(GRAPHS)
    return model


def test_words_of_two_iterations_by_hand() -> None:
    # Every node is its own neighbour too: the middle of a path of three sees three words, an end sees two.
    end, middle, other = digest("a", "a", "b"), digest("b", "10", "a", "b"), digest("10", "10", "b")
    assert Graph2Vec(attributed=True).documents([path("a", "b", 10)]) == [
        [
            *("a", end, digest(end, *sorted([end, middle]))),
            *("b", middle, digest(middle, *sorted([end, middle, other]))),
            *("10", other, digest(other, *sorted([other, middle]))),
        ]
    ]


def test_a_degree_counts_the_edge_to_the_node_itself_twice() -> None:
    graph = nx.Graph([(0, 1), (1, 2), (2, 2)])
    assert Graph2Vec(wl_iterations=0).documents([graph, nx.empty_graph(1)]) == [["3", "4", "3"], ["2"]]


def test_nodes_speak_in_the_order_of_the_graph_and_base_words_can_be_left_out() -> None:
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from([(1, {"feature": "b"}), (0, {"feature": "a"})])
    assert Graph2Vec(wl_iterations=0, attributed=True).documents([graph]) == [["b", "a"]]
    erased = Graph2Vec(wl_iterations=1, attributed=True, erase_base_features=True)
    assert erased.documents([graph]) == [[digest("b", "b"), digest("a", "a")]]


def test_a_graph_is_left_as_it_was() -> None:
    graph = path("a", "b")
    Graph2Vec(attributed=True).documents([graph])
    assert list(graph.edges) == [(0, 1)]
    assert dict(graph.nodes(data=True)) == {0: {"feature": "a"}, 1: {"feature": "b"}}


def test_vectors_are_a_function_of_the_seed(fitted: Graph2Vec) -> None:
    again, other = Graph2Vec(**SMALL), Graph2Vec(**SMALL, seed=43)
    again.fit(GRAPHS)
    other.fit(GRAPHS)
    assert fitted.get_embedding().shape == (12, 4)
    assert fitted.get_embedding().dtype == np.float32
    assert np.array_equal(again.get_embedding(), fitted.get_embedding())
    assert not np.allclose(other.get_embedding(), fitted.get_embedding())


def test_equal_graphs_come_together_and_others_stay_apart() -> None:
    star, ring = nx.star_graph(6), nx.cycle_graph(7)
    model = Graph2Vec(dimensions=8, workers=1, min_count=1, epochs=100, learning_rate=0.1, down_sampling=0)
    model.fit([star, ring] * 10)
    vectors = model.get_embedding() / np.linalg.norm(model.get_embedding(), axis=1, keepdims=True)
    assert (vectors[::2] @ vectors[::2].T).min() > 0.8
    assert (vectors[::2] @ vectors[1::2].T).max() < 0.5


def test_what_comes_back_is_the_callers_own(fitted: Graph2Vec) -> None:
    before = fitted.get_embedding()
    fitted.get_embedding()[:] = 0
    assert np.array_equal(fitted.get_embedding(), before)


def test_an_inference_repeats_whatever_was_inferred_before(fitted: Graph2Vec) -> None:
    first = fitted.infer_again(GRAPHS)
    assert first.shape == (12, 4)
    assert np.array_equal(fitted.infer_again(GRAPHS[5:6])[0], first[5])
    assert fitted.infer(GRAPHS[:3]).shape == (3, 4)
    assert np.array_equal(fitted.infer_again(GRAPHS), first)
    assert fitted.infer([]).shape == fitted.infer_again([]).shape == (0, 4)


def test_an_inference_lies_where_the_fit_put_the_same_graph() -> None:
    model = Graph2Vec(**SMALL | {"epochs": 100, "down_sampling": 0})
    model.fit(GRAPHS)
    learnt, inferred = model.get_embedding(), model.infer_again(GRAPHS)
    likeness = (learnt * inferred).sum(1) / np.linalg.norm(learnt, axis=1) / np.linalg.norm(inferred, axis=1)
    assert likeness.min() > 0.8


def test_a_process_with_another_hash_of_strings_gives_the_same_vectors() -> None:
    code = (
        "import networkx as nx; from spaces.embedding.graph2vec import Graph2Vec;"
        "model = Graph2Vec(dimensions=4, workers=1, min_count=1); model.fit([nx.path_graph(5), nx.star_graph(4)]);"
        "inferred = model.infer_again([nx.cycle_graph(4), nx.path_graph(4)]);"
        "result = (model.get_embedding().tobytes() + inferred.tobytes()).hex()"
    )
    here: dict[str, str] = {}
    exec(code, here)
    there = subprocess.run(
        [sys.executable, "-c", f"{code}; print(result)"],
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (there.stdout.strip(), there.stderr) == (here["result"], "")


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (nx.DiGraph([(0, 1)]), "graph 1 is a DiGraph; an undirected graph"),
        (nx.MultiGraph([(0, 1)]), "graph 1 is a MultiGraph; an undirected graph"),
        (nx.Graph([(0, 2)]), "the 2 nodes of graph 1 are not numbered 0 to 1"),
        (nx.Graph([("a", "b")]), "the 2 nodes of graph 1 are not numbered 0 to 1"),
        (nx.path_graph(2), "node 0 of graph 1 has no attribute 'feature'"),
    ],
)
def test_a_bad_graph_is_refused_in_one_line(fitted: Graph2Vec, graph: Any, message: str) -> None:
    for method in (Graph2Vec(attributed=True).fit, fitted.infer, fitted.infer_again):
        with pytest.raises(ValueError, match=f"^{message}[^\n]*$"):
            method([GRAPHS[0], graph])


@pytest.mark.parametrize("graphs", [[], [nx.empty_graph(0)], [path("a"), path("b", "c")]])
def test_graphs_without_a_frequent_word_are_refused(graphs: Any) -> None:
    with pytest.raises(ValueError, match=f"no word occurs 2 times in {len(graphs)} graphs; give more or lower min_co"):
        Graph2Vec(attributed=True, min_count=2).fit(graphs)


def test_without_a_fit_there_are_no_vectors() -> None:
    model = Graph2Vec(attributed=True)
    for call in (model.get_embedding, lambda: model.infer(GRAPHS), lambda: model.infer_again(GRAPHS)):
        with pytest.raises(ValueError, match="call fit first"):
            call()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("wl_iterations", -1), ("dimensions", 0), ("workers", 0), ("epochs", 0), ("min_count", -1)),
        *(("down_sampling", -0.1), ("down_sampling", math.nan), ("learning_rate", 0), ("learning_rate", math.nan)),
    ],
)
def test_a_number_that_is_too_small_is_refused(option: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"^{option} is {value}"):
        Graph2Vec(**{option: value})  # type: ignore[arg-type]


def test_a_candidates_graph_is_numbered_undirected_and_keeps_operations_and_edge_counts() -> None:
    graph = chain("in", "relu", "out")
    graph.add_edge("node0", "node2")
    result = undirected_graph(graph)
    assert dict(result.nodes(data="feature")) == {0: "in/0/2", 1: "relu/1/1", 2: "out/2/0"}
    assert {frozenset(edge) for edge in result.edges} == {frozenset(pair) for pair in ((0, 1), (1, 2), (0, 2))}
    assert not result.is_directed()


@given(st.lists(st.sampled_from("abc"), min_size=2, max_size=6))
def test_a_chain_and_its_reverse_have_other_words_and_a_relabelled_one_the_same(operations: list[str]) -> None:
    backwards = chain(*operations).reverse()
    relabelled = nx.relabel_nodes(chain(*operations), {f"node{i}": -i for i in range(len(operations))})
    model = Graph2Vec(attributed=True)
    words, reverse, same = model.documents(list(map(undirected_graph, (chain(*operations), backwards, relabelled))))
    assert (sorted(words) == sorted(reverse)) == (operations == operations[::-1])
    assert same == words


def test_a_node_without_operation_is_refused() -> None:
    graph = chain("a")
    graph.add_node("bare")
    with pytest.raises(ValueError, match=r"^node 'bare' has no attribute 'op'$"):
        undirected_graph(graph)
