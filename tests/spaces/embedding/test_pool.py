"""Catches: a child that is its parent or not the nearest to the noisy point, noise of another strength or beyond the
pool's range, a pool that is not a function of its seed or takes one candidate twice, inferences that differ between
the process that made a pool and one that read it, a pool made for another search.
"""

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, ClassVar

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces.embedding.embedding_file import Embedding, read_embedding, write_embedding
from spaces.embedding.graph2vec import undirected_graph
from spaces.embedding.pool import POOL_FILE, EmbeddingPool, PoolSettings, prepare_pool
from tasks.foundation.errors import UsageError

DEVIATIONS = (0.5, 1, 2, 4, 8)
OPERATIONS = "abcd"


@dataclass(frozen=True)
class Chain:
    operations: str


class Chains:
    """Chains of 5 of the operations a to d behind an input: 1,024 candidates, or as many as ``length`` allows."""

    def __init__(self, length: int = 5) -> None:
        self._length = length

    def sample(self, rng: np.random.Generator) -> Chain:
        return Chain("".join(rng.choice(list(OPERATIONS), self._length)))

    def mutate(self, candidate: Chain, rng: np.random.Generator) -> Chain:
        raise AssertionError("a pool is drawn by sample alone")

    def encode(self, candidate: Chain) -> str:
        return candidate.operations

    def decode(self, text: str) -> Chain:
        return Chain(text)

    def to_graph(self, candidate: Chain) -> "nx.DiGraph[Any]":
        graph: nx.DiGraph[Any] = nx.DiGraph()
        graph.add_nodes_from((position, {"op": op}) for position, op in enumerate(["in", *candidate.operations]))
        nx.add_path(graph, range(len(candidate.operations) + 1))
        return graph


class KeyedChains(Chains):
    """The same, where the order of operations does not count."""

    def key(self, candidate: Chain) -> str:
        return "".join(sorted(candidate.operations))


def pool_of(vectors: Any) -> EmbeddingPool:
    array = np.array(vectors, dtype=np.float32)
    return EmbeddingPool(Embedding(tuple(f"{position:03d}" for position in range(len(array))), array))


def cosine_distances(point: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    return 1 - vectors @ point / (np.linalg.norm(vectors, axis=1) * np.linalg.norm(point))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pool")
    prepare_pool(Chains(), folder, size=120, seed=3)
    return folder


@pytest.fixture(scope="module")
def pool(folder: Path) -> EmbeddingPool:
    return prepare_pool(Chains(), folder, size=120, seed=3)


@given(seed=st.integers(0, 2**32 - 1), parent=st.integers(0, 39))
def test_the_child_is_the_nearest_to_the_first_noisy_point_that_has_left_the_parent(seed: int, parent: int) -> None:
    vectors = np.random.default_rng(1).normal(0, 2, (40, 3)).astype(np.float32)
    expected, rng = None, np.random.default_rng(seed)
    for deviation in DEVIATIONS:  # the rule, written as it was published
        noisy = np.clip(vectors[parent] + rng.normal(0, deviation, 3), vectors.min(axis=0), vectors.max(axis=0))
        order = np.argsort(cosine_distances(noisy, vectors))
        if order[0] != parent:
            expected = order[0]
            break
    else:
        expected = order[1]
    child = pool_of(vectors).neighbour(vectors[parent], f"{parent:03d}", np.random.default_rng(seed))
    assert child == f"{expected:03d}"


def test_a_parent_that_noise_never_leaves_is_passed_over_for_the_nearest_other() -> None:
    class Still:
        deviations: ClassVar[list[float]] = []

        def normal(self, mean: float, deviation: float, size: int) -> np.ndarray:
            self.deviations.append(deviation)
            return np.full(size, mean, dtype=float)

    pool, still = pool_of([[0, -1], [1, 0], [1, 3], [1, 1]]), Still()
    assert pool.neighbour(pool.vectors[1], "001", still) == "003"  # type: ignore[arg-type]
    assert tuple(still.deviations) == DEVIATIONS


def test_twins_are_told_apart() -> None:
    twins, rng = pool_of([[1, 1], [1, 1]]), np.random.default_rng(0)
    assert twins.neighbour(twins.vectors[0], "000", rng) == "001"
    assert twins.neighbour(twins.vectors[1], "001", rng) == "000"


@pytest.mark.parametrize("seed", range(5))
def test_a_zero_vector_and_a_parent_from_outside_do_no_harm(seed: int) -> None:
    pool, rng = pool_of([[0, 0], [1, 2], [-3, 1]]), np.random.default_rng(seed)
    with np.errstate(all="raise"):
        assert pool.neighbour(pool.vectors[0], "000", rng) in ("001", "002")
        assert pool.neighbour(np.zeros(2, np.float32), "elsewhere", rng) in pool.texts


def test_one_generator_gives_one_child_and_different_ones_differ(pool: EmbeddingPool) -> None:
    parent = pool.texts[0]
    children = [pool.neighbour(pool.vectors[0], parent, np.random.default_rng(seed)) for seed in range(30)]
    again = [pool.neighbour(pool.vectors[0], parent, np.random.default_rng(seed)) for seed in range(30)]
    assert children == again
    assert len(set(children)) > 3


def test_members_are_different_candidates_of_the_space_in_order(pool: EmbeddingPool) -> None:
    assert len(pool.texts) == 120
    assert list(pool.texts) == sorted(set(pool.texts))
    assert all(len(text) == 5 and set(text) <= set(OPERATIONS) for text in pool.texts)
    assert pool.vectors.shape == (120, 10)
    assert pool.vectors.std(axis=0).mean() == pytest.approx(2, rel=1e-3)


def test_a_pool_is_read_where_one_was_left(folder: Path, pool: EmbeddingPool, tmp_path: Path) -> None:
    before = (folder / POOL_FILE).stat().st_mtime_ns
    read = prepare_pool(Chains(), folder, size=120, seed=3)
    made = prepare_pool(Chains(), tmp_path, size=120, seed=3)
    assert (folder / POOL_FILE).stat().st_mtime_ns == before
    assert read.texts == made.texts == pool.texts
    assert read.vectors.tobytes() == made.vectors.tobytes() == pool.vectors.tobytes()
    assert read.notes == made.notes
    assert set(read.notes["versions"]) == {"gensim", "numpy"}
    assert read.notes["settings"]["seed"] == 3


def test_another_seed_is_another_pool(pool: EmbeddingPool, tmp_path: Path) -> None:
    assert prepare_pool(Chains(), tmp_path, size=120, seed=4).texts != pool.texts


def test_a_pool_of_another_search_is_refused(folder: Path) -> None:
    for options in ({"size": 119, "seed": 3}, {"size": 120, "seed": 4}):
        with pytest.raises(UsageError, match=r"embedding_pool.parquet: made with other settings [^\n]*$"):
            prepare_pool(Chains(), folder, **options)


def test_a_small_space_gives_all_it_has_and_one_candidate_is_too_few(tmp_path: Path) -> None:
    assert prepare_pool(Chains(1), tmp_path, size=30, seed=0).texts == tuple(OPERATIONS)
    with pytest.raises(ValueError, match="at least 2 candidates, got 1"):
        prepare_pool(Chains(0), tmp_path / "none", size=30, seed=0)
    with pytest.raises(ValueError, match="pool size is 1; at least 2 is needed"):
        prepare_pool(Chains(), tmp_path / "none", size=1, seed=0)


def test_candidates_of_one_key_join_once(tmp_path: Path) -> None:
    texts = prepare_pool(KeyedChains(2), tmp_path, size=30, seed=0).texts
    assert sorted("".join(sorted(text)) for text in texts) == sorted(
        {"".join(sorted(pair)) for pair in product(OPERATIONS, repeat=2)}
    )


def test_a_members_vector_is_its_row_and_cannot_be_changed(pool: EmbeddingPool) -> None:
    assert np.array_equal(pool.vector(pool.texts[7]), pool.vectors[7])
    with pytest.raises(ValueError, match="read-only"):
        pool.vector(pool.texts[7])[0] = 0


def outsiders(pool: EmbeddingPool) -> list[str]:
    texts = ("".join(operations) for operations in product(OPERATIONS, repeat=5))
    return [text for text in texts if text not in pool.texts]


def test_an_outsiders_vector_is_the_same_wherever_it_is_inferred(pool: EmbeddingPool, tmp_path: Path) -> None:
    made, space = prepare_pool(Chains(), tmp_path, size=120, seed=3), Chains()
    for text in outsiders(pool)[:3]:
        vector = made.vector(text)
        assert vector.shape == (10,)
        assert np.array_equal(vector, pool.vector(text))
        assert np.array_equal(vector, pool.vector("another text", space.to_graph(space.decode(text))))


def test_an_outsiders_vector_is_brought_to_the_members_scale(pool: EmbeddingPool) -> None:
    space, embedder, text = Chains(), PoolSettings(size=120, seed=3).embedder(), outsiders(pool)[0]
    embedder.fit([undirected_graph(space.to_graph(Chain(member))) for member in pool.texts])
    factor = 2 / embedder.get_embedding().std(axis=0).mean()
    inferred = embedder.infer_again([undirected_graph(space.to_graph(Chain(text)))])[0]
    assert pool.vector(text) == pytest.approx(factor * inferred, rel=1e-4)


def test_an_outsider_lies_nearer_to_members_that_share_its_operations(pool: EmbeddingPool) -> None:
    def shared(one: str, other: str) -> int:
        return sum(a == b for a, b in zip(one, other, strict=True))

    near, all_members = [], []
    for text in outsiders(pool)[::30]:
        nearest = pool.texts[int(cosine_distances(pool.vector(text), pool.vectors).argmin())]
        near.append(shared(text, nearest))
        all_members.append(np.mean([shared(text, member) for member in pool.texts]))
    assert np.mean(near) > np.mean(all_members) + 0.5


def test_an_outsider_without_a_graph_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'zz' is not among the 120 members"):
        EmbeddingPool.load(folder / POOL_FILE).vector("zz")
    table = tmp_path / "features.csv"
    table.write_text("recepie_id,v00,v01\n7,1,2\n8,3,4\n")
    published = EmbeddingPool.from_table(table, {"7": "one", "8": "other"})
    assert published.vector("other").tolist() == [3, 4]
    with pytest.raises(ValueError, match="'zz' is not among the 2 members"):
        published.vector("zz", Chains().to_graph(Chain("a")))


def test_a_pool_that_cannot_be_made_again_infers_nothing(folder: Path, tmp_path: Path) -> None:
    stored = read_embedding(folder / POOL_FILE)
    write_embedding(tmp_path / POOL_FILE, Embedding(stored.texts, stored.vectors[::-1].copy(), stored.notes))
    space = Chains()
    changed = EmbeddingPool.load(tmp_path / POOL_FILE, lambda text: space.to_graph(space.decode(text)))
    with pytest.raises(ValueError, match=r"^fitted again, [^\n]* it was made with gensim [^\n]*$"):
        changed.vector(outsiders(changed)[0], space.to_graph(Chain("a")))


def test_a_changed_pool_and_one_of_another_space_are_refused(folder: Path, tmp_path: Path) -> None:
    stored = read_embedding(folder / POOL_FILE)
    write_embedding(tmp_path / POOL_FILE, Embedding(stored.texts[:2], stored.vectors[:2], stored.notes))
    with pytest.raises(UsageError, match="is not as it was written; take the file away"):
        prepare_pool(Chains(), tmp_path, size=120, seed=3)

    class Others(Chains):
        def decode(self, text: str) -> Chain:
            raise ValueError("unknown")

    with pytest.raises(UsageError, match=r"the pool of another space \(unknown\); take the file away"):
        prepare_pool(Others(), folder, size=120, seed=3)


@given(st.integers(0, 2**64))
@settings(max_examples=5)
def test_any_seed_makes_an_embedder_with_one_worker(seed: int) -> None:
    embedder = PoolSettings(seed=seed, dimensions=3).embedder()
    assert 0 <= embedder.seed < 2**32
    assert (embedder.workers, embedder.attributed, embedder.dimensions) == (1, True, 3)
