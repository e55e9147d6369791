"""Embeddings on disk: our own Parquet file of texts and vectors, and published tables of features by identifier.

Letters: N candidates, K dimensions.
"""

import csv
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from tasks.foundation.bounded_parquet import bounded_parquet
from tasks.foundation.errors import UsageError, first_line
from tasks.foundation.plain_files import check_plain

if TYPE_CHECKING:
    import pyarrow as pa

Floats = NDArray[np.float32]

_NOTES = b"selfnas.embedding"


@dataclass(frozen=True)
class Embedding:
    """Texts of N candidates in rising order, their vectors [N, K], read-only from now on, and how they were made."""

    texts: tuple[str, ...]
    vectors: Floats
    notes: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise ValueError unless there are two texts or more, each once, in order and with a finite vector."""
        if len(self.texts) < 2:
            raise ValueError(f"an embedding needs at least 2 candidates, got {len(self.texts)}")
        if list(self.texts) != sorted(set(self.texts)):
            raise ValueError("the texts of an embedding must be sorted, each there once")
        if self.vectors.ndim != 2 or len(self.vectors) != len(self.texts) or not self.vectors.shape[1]:
            raise ValueError(f"{len(self.texts)} texts cannot have vectors of shape {list(self.vectors.shape)}")
        if not np.isfinite(self.vectors).all():
            raise ValueError("an embedding has a number that is not finite")
        self.vectors.flags.writeable = False


def write_embedding(path: Path, embedding: Embedding) -> None:
    """Write a Parquet file, whole aside and then renamed; raises OSError."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    width = embedding.vectors.shape[1]
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(embedding.vectors.ravel(), pa.float32()), width)
    table = pa.table({"text": pa.array(embedding.texts, pa.string()), "vector": vectors})
    table = table.replace_schema_metadata({_NOTES: json.dumps(embedding.notes, sort_keys=True)})
    aside = path.with_name(f".{path.name}.{uuid4().hex}.tmp")  # several processes may write at once
    try:
        with aside.open("xb") as file:
            pq.write_table(table, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def read_embedding(path: Path) -> Embedding:
    """Return what ``write_embedding`` wrote; raises UsageError for a damaged file or another kind of file."""
    import pyarrow as pa

    try:
        check_plain(path)
        with bounded_parquet(path) as file:
            return _embedding_of(file.read())
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        raise UsageError(
            f"{path}: not a readable embedding ({first_line(error)}); take the file away to have it made anew"
        ) from error


def read_feature_table(path: Path, texts: Mapping[str, str], *, id_column: str = "recepie_id") -> Embedding:
    """Return the rows of a published CSV whose identifier has a text, features being every other named column.

    texts: the candidate of each identifier; of identifiers with one text the first row counts. The default column is
    spelt as NAS-Bench-NLP spells it. Raises UsageError for a table that cannot be read or that leaves no two rows.
    """
    vectors: dict[str, list[Any]] = {}
    try:
        check_plain(path)
        with path.open(newline="", encoding="utf-8-sig") as file:
            for row in csv.DictReader(file, strict=True):
                if row[id_column] in texts:
                    vectors.setdefault(texts[row[id_column]], _features(row, id_column))
        members = tuple(sorted(vectors))
        return Embedding(members, np.array([vectors[text] for text in members], dtype=np.float32))
    except KeyError as error:
        raise UsageError(f"{path}: the table has no column {id_column!r}") from error
    except (OSError, ValueError, csv.Error) as error:
        raise UsageError(f"{path}: not a readable table of features ({first_line(error)})") from error


def _features(row: Mapping[Any, Any], id_column: str) -> list[Any]:
    if None in row or None in row.values():  # more values than the header, or fewer
        raise ValueError(f"the row of {row[id_column]!r} is not as wide as the header")
    return [value for name, value in row.items() if name and name != id_column]


def _embedding_of(table: "pa.Table") -> Embedding:
    import pyarrow as pa

    types: dict[str, Any] = dict(zip(table.schema.names, table.schema.types, strict=True))
    if types.get("text") != pa.string() or not pa.types.is_fixed_size_list(types.get("vector", pa.null())):
        raise ValueError("it has no columns text and vector")
    vector_type = types["vector"]
    if vector_type.value_type != pa.float32() or table["text"].null_count or table["vector"].null_count:
        raise ValueError("its vectors are not of float32, or some are missing")
    if _NOTES not in (table.schema.metadata or {}):
        raise ValueError("it does not say how it was made")
    values = table["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    vectors = np.array(values, dtype=np.float32).reshape(-1, vector_type.list_size)
    return Embedding(tuple(table["text"].to_pylist()), vectors, dict(json.loads(table.schema.metadata[_NOTES])))
