"""Catches: a pool that comes back changed, a damaged or foreign file taken for a pool or answered with a traceback,
rows of a published table given to the wrong candidate.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from spaces.embedding.embedding_file import Embedding, read_embedding, read_feature_table, write_embedding
from tasks.foundation.errors import UsageError
from tests.dense_parquet import write_dense

VECTORS = np.array([[1, 2, 3], [4, 5, 6]], dtype=np.float32)
EMBEDDING = Embedding(("a", "b"), VECTORS, {"settings": {"size": 2}})
TABLE = "recepie_id,v00,v01\n7,1.5,-2\n8,0,3e1\n9,4,4\n"


@given(
    vectors=hnp.arrays(
        np.float32, st.tuples(st.integers(2, 5), st.integers(1, 4)), elements=st.floats(-9, 9, width=32)
    ),
    notes=st.dictionaries(st.text(), st.integers()),
)
@settings(max_examples=20)
def test_an_embedding_comes_back_to_the_bit(
    vectors: np.ndarray, notes: dict[str, int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "pool.parquet"
    write_embedding(path, Embedding(tuple("abcde"[: len(vectors)]), vectors, notes))
    read = read_embedding(path)
    assert read.texts == tuple("abcde"[: len(vectors)])
    assert read.vectors.tobytes() == vectors.tobytes()
    assert read.vectors.shape == vectors.shape
    assert read.notes == notes


def test_nothing_else_is_left_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "pool.parquet"
    write_embedding(path, EMBEDDING)
    before = path.read_bytes()

    def full(*_: Any, **__: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(OSError, match="no space left"):
        write_embedding(path, EMBEDDING)
    assert [file.name for file in tmp_path.iterdir()] == ["pool.parquet"]
    assert path.read_bytes() == before


def vector_column(rows: list[Any], value_type: Any = None, width: int = 2) -> pa.Array:
    return pa.array(rows, pa.list_(value_type or pa.float32(), width))


GOOD = vector_column([[1, 2], [3, 4]])


@pytest.mark.parametrize(
    ("columns", "notes", "message"),
    [
        ({"trial_id": [1, 2]}, "{}", "it has no columns text and vector"),
        ({"text": ["a", "b"]}, "{}", "it has no columns text and vector"),
        ({"text": [1, 2], "vector": GOOD}, "{}", "it has no columns text and vector"),
        ({"text": ["a", "b"], "vector": [[1.0], [2.0]]}, "{}", "it has no columns text and vector"),
        ({"text": ["a", "b"], "vector": vector_column([[1, 2], [3, 4]], pa.int8())}, "{}", "not of float32"),
        ({"text": ["a", "b"], "vector": vector_column([[1, 2], None])}, "{}", "some are missing"),
        ({"text": ["a", "b"], "vector": vector_column([[1, 2], [3, None]])}, "{}", "not finite"),
        ({"text": ["a", None], "vector": GOOD}, "{}", "some are missing"),
        ({"text": ["b", "a"], "vector": GOOD}, "{}", "must be sorted, each there once"),
        ({"text": ["a", "a"], "vector": GOOD}, "{}", "must be sorted, each there once"),
        ({"text": ["a"], "vector": GOOD[:1]}, "{}", "at least 2 candidates, got 1"),
        ({"text": ["a", "b"], "vector": GOOD}, None, "does not say how it was made"),
        ({"text": ["a", "b"], "vector": GOOD}, "{", "Expecting property name"),
        ({"text": ["a", "b"], "vector": GOOD}, "3", "not iterable"),
    ],
)
def test_another_table_is_refused_in_one_line(
    columns: dict[str, Any], notes: str | None, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "pool.parquet"
    metadata = {} if notes is None else {"selfnas.embedding": notes}
    pq.write_table(pa.table(columns).replace_schema_metadata(metadata), path)
    with pytest.raises(UsageError, match=f"^{path}: not a readable embedding [^\n]*{message}[^\n]*take the file away"):
        read_embedding(path)


@pytest.mark.parametrize("share", [0, 0.5, 0.99])
def test_a_damaged_file_is_refused_in_one_line(share: float, tmp_path: Path) -> None:
    path = tmp_path / "pool.parquet"
    write_embedding(path, EMBEDDING)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(UsageError, match=r"^[^\n]*not a readable embedding[^\n]*$"):
        read_embedding(path)


def test_a_small_file_that_stands_for_gigabytes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"not a readable embedding \(stands for"):
        read_embedding(write_dense(tmp_path / "pool.parquet", "text"))


def test_an_absent_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a readable embedding"):
        read_embedding(tmp_path / "absent")
    with pytest.raises(UsageError, match="not a readable table"):
        read_feature_table(tmp_path / "absent", {})


def test_a_published_table_is_read_by_identifier(tmp_path: Path) -> None:
    path = tmp_path / "features.csv"
    path.write_text(TABLE)
    embedding = read_feature_table(path, {"9": "a", "7": "z", "5": "absent"})
    assert embedding.texts == ("a", "z")
    assert embedding.vectors.tolist() == [[4, 4], [1.5, -2]]
    assert embedding.vectors.dtype == np.float32
    assert embedding.notes == {}


def test_a_row_number_is_no_feature_and_the_first_of_equal_candidates_counts(tmp_path: Path) -> None:
    path = tmp_path / "features.csv"
    path.write_text(",id,v00\n0,7,1\n1,8,2\n2,9,3\n")
    embedding = read_feature_table(path, {"7": "a", "8": "a", "9": "b"}, id_column="id")
    assert embedding.vectors.tolist() == [[1], [3]]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (TABLE.replace("recepie_id", "id"), "has no column 'recepie_id'"),
        (TABLE.replace("3e1", "many"), "could not convert string to float: 'many'"),
        (TABLE.replace("3e1", "nan"), "not finite"),
        (TABLE.replace(",3e1", ""), "the row of '8' is not as wide as the header"),
        (TABLE.replace("3e1", "3,1"), "the row of '8' is not as wide as the header"),
        ("recepie_id,v00\n7,1\n", "at least 2 candidates, got 1"),
        ("", "at least 2 candidates, got 0"),
        ("recepie_id\n7\n8\n", r"cannot have vectors of shape \[2, 0\]"),
    ],
)
def test_a_bad_table_is_refused_in_one_line(table: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "features.csv"
    path.write_text(table)
    with pytest.raises(UsageError, match=f"^{path}: [^\n]*{message}[^\n]*$"):
        read_feature_table(path, {"7": "a", "8": "b"})


@pytest.mark.parametrize("vectors", [VECTORS[:1], VECTORS[0], VECTORS[:, :0]])
def test_vectors_that_do_not_fit_the_texts_are_refused(vectors: np.ndarray) -> None:
    with pytest.raises(ValueError, match="2 texts cannot have vectors of shape"):
        Embedding(("a", "b"), vectors)
