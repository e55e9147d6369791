"""Columns that a log got since its first version: what was written before has none of them, and is still read."""

from collections.abc import Sequence

import pyarrow as pa

_SINCE = b"selfnas.since"


def later_field(name: str, kind: pa.DataType, *, since: int) -> pa.Field:
    """Return a column that a schema has since one of its versions; rows of before hold no value."""
    return pa.field(name, kind, metadata={_SINCE: str(since)})


def later_names(schema: pa.Schema) -> set[str]:
    """Return the names of the columns of a schema that its first version had not."""
    return {field.name for field in schema if _SINCE in (field.metadata or {})}


def is_older(found: pa.Schema, schema: pa.Schema) -> bool:
    """Return whether a file of the schema ``found`` lacks later columns, and has all others."""
    missing = set(schema.names) - set(found.names)
    return bool(missing) and missing <= later_names(schema)


def filled(table: pa.Table, schema: pa.Schema, columns: Sequence[str] | None = None) -> pa.Table:
    """Return a table with the later columns that it lacks, without a value.

    columns: those that are wanted, in this order; None: all
    """
    wanted = later_names(schema) if columns is None else later_names(schema) & set(columns)
    for field in schema:
        if field.name in wanted and field.name not in table.column_names:
            table = table.append_column(field, pa.nulls(table.num_rows, field.type))
    return table if columns is None else table.select(columns)
