"""Parquet files that are read only where memory holds what they stand for.

A text that is written once can stand for a million rows, by a number in each, and a number for as many by a count: what
a file unpacks to says nothing of that. Texts are looked at as they are written, once each, before they are read.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.foundation.parquet_extent import MOST_ROWS, MOST_UNPACKED_BYTES, check_extent
from tasks.foundation.plain_files import NotPlainError

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Schema, Table
    from pyarrow.parquet import ParquetFile

_AT_ONCE = 512
"""Rows looked at together: all that their lists hold is in memory then."""
_NUMBER_BYTES = 8
_TEXT = "BYTE_ARRAY"


class BoundedParquet:
    """An open Parquet file; what is too large to be read raises NotPlainError."""

    def __init__(self, file: "ParquetFile", texts_apart: "Callable[[], ParquetFile]", most: int) -> None:
        """Read from ``file``.

        texts_apart: opens the same with every text as a number of a dictionary; most: bytes of what is read at once
        """
        self._file = file
        self._texts_apart = texts_apart
        self._most = most

    @property
    def schema(self) -> "Schema":
        """Names and types of its columns."""
        return self._file.schema_arrow

    @property
    def num_rows(self) -> int:
        """How many rows it has."""
        return int(self._file.metadata.num_rows)

    def read(self, columns: Sequence[str] | None = None) -> "Table":
        """Return some columns of all rows; raises ArrowException where they are damaged."""
        self._check(columns)
        return self._file.read(columns=None if columns is None else list(columns))

    def read_groups(self) -> "list[Table]":
        """Return the row groups, each by itself; raises as ``read``."""
        self._check(None)
        return [self._file.read_row_group(group) for group in range(self._file.num_row_groups)]

    def batches(self, size: int, columns: Sequence[str]) -> "Iterator[RecordBatch]":
        """Yield some columns of ``size`` rows at a time, texts as numbers of a dictionary; raises as ``read``."""
        for batch in self._with_texts_apart(size, columns):
            self._refuse(sum(map(_unpacked, batch.columns)))
            yield batch

    def _check(self, columns: Sequence[str] | None) -> None:
        """Raise NotPlainError where the columns do not fit; nothing but the rows and bytes of groups is looked up.

        What is said of a column is not: pyarrow ends the process where that is damaged.
        """
        fields = [field for field in self.schema if columns is None or field.name in columns]
        nested = [field.name for field in fields if _is_nested(field.type)]
        flat = [field.type for field in fields if not _is_nested(field.type)]
        texts = sum(map(_is_text, flat))
        numbers = self.num_rows * sum(_width(kind) for kind in flat if not _is_text(kind))
        self._refuse(numbers)
        if numbers + texts * self._longest_texts() <= self._most:
            self._look_at(nested, numbers)
        else:
            self._look_at([field.name for field in fields], 0)

    def _longest_texts(self) -> int:
        """Return more bytes than a column of texts can take: none is longer than what its row group unpacks to."""
        groups = map(self._file.metadata.row_group, range(self._file.num_row_groups))
        return sum(group.num_rows * group.total_byte_size for group in groups)

    def _look_at(self, columns: Sequence[str], total: int) -> None:
        """Raise NotPlainError where columns, and the bytes of ``total``, do not fit."""
        if not columns:
            return
        for batch in self._with_texts_apart(_AT_ONCE, columns):
            total += sum(map(_unpacked, batch.columns))
            self._refuse(total)

    def _with_texts_apart(self, size: int, columns: Sequence[str]) -> "Iterator[RecordBatch]":
        file = self._texts_apart()
        for group in range(file.num_row_groups):  # each has a dictionary of its own
            yield from file.iter_batches(size, row_groups=[group], columns=list(columns))

    def _refuse(self, found: int) -> None:
        if not 0 <= found <= self._most:
            raise NotPlainError(f"stands for {found:,} bytes or more; at most {self._most:,} are read")


@contextmanager
def bounded_parquet(
    path: Path, *, rows: int = MOST_ROWS, most: int = MOST_UNPACKED_BYTES, checksums: bool = False
) -> Iterator[BoundedParquet]:
    """Open a Parquet file, once; raises NotPlainError where it says that it holds too much, and as pyarrow does.

    rows: that it may have; most: bytes that are read of it at once; checksums: whether those of its pages are checked
    """
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    with pa.OSFile(str(path)) as source:
        file = ParquetFile(source, page_checksum_verification=checksums)
        check_extent(file.metadata, rows=rows)

        def texts_apart() -> ParquetFile:
            leaves = [file.schema.column(number) for number in range(file.metadata.num_columns)]
            texts = [leaf.path for leaf in leaves if leaf.physical_type == _TEXT]
            options: dict[str, Any] = {"read_dictionary": texts, "page_checksum_verification": checksums}
            return ParquetFile(source, metadata=file.metadata, **options)

        yield BoundedParquet(file, texts_apart, most)


def _is_nested(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_nested(getattr(kind, "storage_type", kind)))


def _is_text(kind: Any) -> bool:
    """Return whether values of a type may be of any length."""
    from pyarrow import types

    return types.is_dictionary(kind) or (not types.is_null(kind) and _bits(kind) is None)


def _width(kind: Any) -> int:
    """Return how many bytes a value of a type of fixed length takes, eight at least."""
    return max(_NUMBER_BYTES, (_bits(kind) or 0) // 8)


def _bits(kind: Any) -> int | None:
    try:
        return int(kind.bit_width)
    except ValueError:  # a type without a fixed width
        return None


def _unpacked(array: Any) -> int:
    """Return how many bytes an array takes once each text is written out wherever it stands."""
    from pyarrow import compute, types

    kind = array.type
    if types.is_dictionary(kind) and _is_text(kind.value_type):
        lengths = compute.take(compute.binary_length(array.dictionary), array.indices)
        return int(array.indices.nbytes) + int(compute.sum(compute.cast(lengths, "int64")).as_py() or 0)
    if types.is_map(kind):
        return _unpacked(array.keys) + _unpacked(array.items)
    if types.is_struct(kind):
        return sum(map(_unpacked, array.flatten()))
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return _unpacked(array.flatten())
    return int(array.nbytes)
