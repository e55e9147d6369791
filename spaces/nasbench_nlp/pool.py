"""The cells among which a NAS-Bench-NLP cell finds its neighbours, and where they lie (Li et al., GenNAS, 2021)."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from spaces.embedding.pool import EmbeddingPool, prepare_pool
from spaces.nasbench_nlp.cell import RecurrentCell, canonical
from spaces.nasbench_nlp.grammar import sample_cell
from spaces.nasbench_nlp.recipe import cell_graph, from_recipe, from_text, to_text
from tasks.foundation.bounded_parquet import bounded_parquet
from tasks.foundation.errors import UsageError, first_line
from tasks.foundation.plain_files import check_plain

if TYPE_CHECKING:
    import networkx as nx

_COLUMNS = ("recepie_id", "recepie")  # as the benchmark spells them


class CanonicalCells:
    """Random cells in canonical form, so that one cell has one text."""

    def sample(self, rng: np.random.Generator) -> RecurrentCell:
        """Return a cell drawn by the published grammar."""
        return canonical(sample_cell(rng))

    def encode(self, candidate: RecurrentCell) -> str:
        """Return the text."""
        return to_text(candidate)

    def decode(self, text: str) -> RecurrentCell:
        """Return the cell of a text; raises ValueError."""
        return from_text(text)

    def to_graph(self, candidate: RecurrentCell) -> "nx.DiGraph[Any]":
        """Return the graph."""
        return cell_graph(candidate)


def fitted_pool(folder: Path, *, size: int, seed: int) -> EmbeddingPool:
    """Return the pool kept in ``folder``, drawn and embedded first where there is none; raises as ``prepare_pool``."""
    return prepare_pool(CanonicalCells(), folder, size=size, seed=seed)


def published_pool(embedding: Path, recipes: Path) -> EmbeddingPool:
    """Return the pool of a published embedding: a CSV of an identifier and features in each row.

    recipes: Parquet or CSV with the columns ``recepie_id`` and ``recepie``, the JSON recipe. Raises UsageError where
    either cannot be read.
    """
    texts = {identifier: to_text(canonical(cell)) for identifier, cell in _read_recipes(recipes).items()}
    return EmbeddingPool.from_table(embedding, texts)


def _read_recipes(path: Path) -> dict[str, RecurrentCell]:
    import pyarrow as pa
    import pyarrow.csv

    try:
        check_plain(path)
        read = pa.csv.read_csv if path.suffix == ".csv" else _read_parquet
        identifiers, recipes = (read(path)[name].to_pylist() for name in _COLUMNS)
        return {str(identifier): from_recipe(recipe) for identifier, recipe in zip(identifiers, recipes, strict=True)}
    except KeyError as error:
        raise UsageError(f"{path}: the columns {' and '.join(_COLUMNS)} are needed") from error
    except (OSError, ValueError, TypeError, pa.ArrowException) as error:
        raise UsageError(f"{path}: no table of recipes ({first_line(error)})") from error


def _read_parquet(path: Path) -> Any:
    """Return the columns of recipes as a table."""
    with bounded_parquet(path) as file:
        return file.read(_COLUMNS)
