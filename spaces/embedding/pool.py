"""Mutation by neighbourhood: candidates are points of an embedding space, and a child lies near its parent there.

The rule is GenNAS's for NAS-Bench-NLP (Li et al., 2021), where it was used on a published embedding of 14,322 cells;
the embedding of any other space is learnt from its candidates' graphs.

Letters: N members, K dimensions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from spaces.base import KeyedSpace
from spaces.embedding.embedding_file import Embedding, read_embedding, read_feature_table, write_embedding
from spaces.embedding.graph2vec import Graph2Vec, undirected_graph
from tasks.foundation.errors import UsageError, first_line
from tasks.foundation.randomness import derive_rng, derive_seed

if TYPE_CHECKING:
    import networkx as nx

Floats = NDArray[np.float32]
GraphOf = Callable[[str], "nx.DiGraph[Any]"]

POOL_FILE = "embedding_pool.parquet"

_NOISE = (0.5, 1, 2, 4, 8)  # standard deviations, tried in turn
_SPREAD = 2.0  # mean standard deviation of an axis, about that of the published embedding: noise is relative to it
_DRAWS_PER_MEMBER = 20  # before a space is taken to have no more candidates


class PooledSpace(Protocol):
    """What a pool is drawn from: as of a search space, but nothing here may need the pool, as ``mutate`` may."""

    def sample(self, rng: np.random.Generator) -> Any:
        """Return a random member."""
        ...

    def encode(self, candidate: Any) -> str:
        """Return the text of a candidate."""
        ...

    def decode(self, text: str) -> Any:
        """Return the candidate of a text; raises ValueError for any other text."""
        ...

    def to_graph(self, candidate: Any) -> "nx.DiGraph[Any]":
        """Return the graph of a candidate, every node with the attribute ``op``."""
        ...


@dataclass(frozen=True)
class PoolSettings:
    """How a pool is drawn and embedded: ``size`` members at most, and the arguments of Graph2Vec.

    Words are learnt from more and in larger steps than Graph2Vec does by default, which on pools of this size leaves
    vectors as random as they start.
    """

    size: int = 2_000
    seed: int = 0
    dimensions: int = 10
    wl_iterations: int = 2
    epochs: int = 20
    learning_rate: float = 0.1
    down_sampling: float = 0.001
    min_count: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError for a pool in which no candidate has a neighbour."""
        if self.size < 2:
            raise ValueError(f"pool size is {self.size}; at least 2 is needed")

    def embedder(self) -> Graph2Vec:
        """Return a Graph2Vec that gives the same vectors every time: one worker, seeded."""
        options = {name: value for name, value in asdict(self).items() if name not in ("size", "seed")}
        return Graph2Vec(attributed=True, workers=1, seed=derive_seed(self.seed, "embedding") % 2**32, **options)


class EmbeddingPool:
    """Members (texts in rising order) and their vectors [N, K]; a read-only thing."""

    def __init__(self, embedding: Embedding, graph_of: GraphOf | None = None) -> None:
        """Take an embedding, and for texts outside it a function from a text to its graph."""
        self._embedding = embedding
        self._graph_of = graph_of
        self._embedder: Graph2Vec | None = None
        self._position = {text: position for position, text in enumerate(embedding.texts)}
        self._lowest, self._highest = embedding.vectors.min(axis=0), embedding.vectors.max(axis=0)
        lengths = np.linalg.norm(embedding.vectors, axis=1, keepdims=True)
        self._directions = embedding.vectors / np.where(lengths > 0, lengths, 1)

    @classmethod
    def fit(cls, texts: tuple[str, ...], graph_of: GraphOf, settings: PoolSettings) -> "EmbeddingPool":
        """Learn the vectors of ``texts``, in rising order; raises ValueError for fewer than two, or a bad graph."""
        embedder, vectors = _fit(texts, graph_of, settings)
        versions = {name: version(name) for name in ("gensim", "numpy")}
        notes = {"settings": asdict(settings), "versions": versions, "digest": _digest(texts, vectors)}
        pool = cls(Embedding(texts, vectors, notes), graph_of)
        pool._embedder = embedder
        return pool

    @classmethod
    def load(cls, path: Path, graph_of: GraphOf | None = None) -> "EmbeddingPool":
        """Read what ``save`` wrote; raises UsageError for a damaged file or another kind of file."""
        return cls(read_embedding(path), graph_of)

    @classmethod
    def from_table(cls, path: Path, texts: Mapping[str, str], *, id_column: str = "recepie_id") -> "EmbeddingPool":
        """Read a published embedding, as ``read_feature_table`` does."""
        return cls(read_feature_table(path, texts, id_column=id_column))

    def save(self, path: Path) -> None:
        """Write the pool to a Parquet file; raises OSError."""
        write_embedding(path, self._embedding)

    @property
    def texts(self) -> tuple[str, ...]:
        """The members in rising order."""
        return self._embedding.texts

    @property
    def vectors(self) -> Floats:
        """The members' vectors [N, K]."""
        return self._embedding.vectors

    @property
    def notes(self) -> Mapping[str, Any]:
        """How the pool was made: ``settings`` and ``versions``; empty for a published embedding."""
        return self._embedding.notes

    def vector(self, text: str, graph: "nx.DiGraph[Any] | None" = None) -> Floats:
        """Return the vector [K] of a member, or of any other candidate one inferred from its graph.

        A pool that was read is fitted again for the first inference. Raises ValueError where a text outside the pool
        cannot be placed in it.
        """
        if text in self._position:
            member: Floats = self.vectors[self._position[text]]
            return member
        if self._graph_of is None or "settings" not in self.notes:
            raise ValueError(f"{text!r} is not among the {len(self.texts)} members of the embedding pool")
        graph = self._graph_of(text) if graph is None else graph
        self._embedder = self._embedder or self._fit_again(self._graph_of)
        vectors = self._embedder.infer_again([undirected_graph(graph)]) * _scale(self._embedder)
        inferred: Floats = vectors[0]
        return inferred

    def neighbour(self, vector: Floats, parent_text: str, rng: np.random.Generator) -> str:
        """Return a member near ``vector`` that is not the parent.

        Noise of growing strength is added to the vector, which is kept within the pool's range on every axis, until
        the member at the least cosine distance is another; the last time the parent is passed over.
        """
        parent = self._position.get(parent_text)
        for deviation in _NOISE:
            noisy = vector + rng.normal(0, deviation, len(vector)).astype(np.float32)
            likeness = self._directions @ np.clip(noisy, self._lowest, self._highest)
            child = int(likeness.argmax())
            if child != parent:
                return self.texts[child]
        likeness[parent] = -np.inf  # a parent from outside never comes this far
        return self.texts[int(likeness.argmax())]

    def _fit_again(self, graph_of: GraphOf) -> Graph2Vec:
        embedder, vectors = _fit(self.texts, graph_of, PoolSettings(**self.notes["settings"]))
        if not np.allclose(vectors, self.vectors, atol=0.01 * _SPREAD):
            made_with = ", ".join(f"{name} {number}" for name, number in self.notes["versions"].items())
            raise ValueError(f"fitted again, the embedding pool has other vectors; it was made with {made_with}")
        return embedder


def prepare_pool(space: PooledSpace, folder: Path, *, size: int, seed: int) -> EmbeddingPool:
    """Return the pool of a space that ``folder`` keeps, made and stored there first if need be; a function of ``seed``.

    A space with fewer than ``size`` candidates gives a smaller pool. Raises UsageError where the file cannot be read
    or is another pool's, ValueError for a size below 2 and for a space of one candidate.
    """
    settings, graph_of, path = PoolSettings(size, seed), partial(_graph_of, space), folder / POOL_FILE
    if not path.exists():
        pool = EmbeddingPool.fit(_draw_texts(space, settings), graph_of, settings)
        pool.save(path)
        return pool
    pool = EmbeddingPool.load(path, graph_of)
    _check_pool(pool, space, settings, path)
    return pool


def _check_pool(pool: EmbeddingPool, space: PooledSpace, settings: PoolSettings, path: Path) -> None:
    remedy = "take the file away to have it made anew"
    if pool.notes.get("settings") != asdict(settings):
        made = f"made with other settings ({pool.notes.get('settings')}, not {asdict(settings)})"
        raise UsageError(f"{path}: {made}; {remedy}")
    if pool.notes.get("digest") != _digest(pool.texts, pool.vectors):
        raise UsageError(f"{path}: is not as it was written; {remedy}")
    try:
        for text in pool.texts:
            space.decode(text)
    except ValueError as error:
        raise UsageError(f"{path}: is the pool of another space ({first_line(error)}); {remedy}") from error


def _digest(texts: Sequence[str], vectors: Floats) -> str:
    return blake2b("\n".join(texts).encode() + vectors.astype("<f4").tobytes(), digest_size=16).hexdigest()


def _graph_of(space: PooledSpace, text: str) -> "nx.DiGraph[Any]":
    return space.to_graph(space.decode(text))


def _draw_texts(space: PooledSpace, settings: PoolSettings) -> tuple[str, ...]:
    """Return the texts of random candidates with different keys, in rising order."""
    rng, drawn = derive_rng(settings.seed, "embedding pool"), dict[str, str]()
    identity = space.key if isinstance(space, KeyedSpace) else space.encode
    for _ in range(_DRAWS_PER_MEMBER * settings.size):
        candidate = space.sample(rng)
        drawn.setdefault(identity(candidate), space.encode(candidate))
        if len(drawn) == settings.size:
            break
    return tuple(sorted(drawn.values()))


def _fit(texts: tuple[str, ...], graph_of: GraphOf, settings: PoolSettings) -> tuple[Graph2Vec, Floats]:
    """Return a fitted Graph2Vec and its vectors at the spread that the noise is meant for."""
    embedder = settings.embedder()
    embedder.fit([undirected_graph(graph_of(text)) for text in texts])
    return embedder, embedder.get_embedding() * _scale(embedder)


def _scale(embedder: Graph2Vec) -> np.float32:
    """Return the factor that brings the vectors to the common spread, 1 where they do not differ at all."""
    spread = embedder.get_embedding().std(axis=0).mean()
    return np.float32(_SPREAD / spread) if spread > 0 else np.float32(1)
