"""Catches: a small file of far more rows, columns or bytes than memory has that is read."""

from types import SimpleNamespace

import pytest

from tasks.foundation.parquet_extent import MOST_COLUMNS, MOST_ROWS, MOST_UNPACKED_BYTES, check_extent
from tasks.foundation.plain_files import NotPlainError


def extent(rows: int = 1, columns: int = 1, unpacked: int = 1) -> SimpleNamespace:
    """Return what a file of two row groups says of itself."""
    sizes = [unpacked // 2, unpacked - unpacked // 2]
    groups = [SimpleNamespace(total_byte_size=size) for size in sizes]
    return SimpleNamespace(num_rows=rows, num_columns=columns, num_row_groups=2, row_group=groups.__getitem__)


@pytest.mark.parametrize(
    ("most", "said"),
    [
        ({"rows": MOST_ROWS}, "50,000,001 rows; at most 50,000,000"),
        ({"columns": MOST_COLUMNS}, "10,001 columns"),
        ({"unpacked": MOST_UNPACKED_BYTES}, "unpacked bytes"),
    ],
)
def test_one_more_than_the_most_is_refused(most: dict[str, int], said: str) -> None:
    check_extent(extent(**most))  # type: ignore[arg-type]
    with pytest.raises(NotPlainError, match=said):
        check_extent(extent(**{name: number + 1 for name, number in most.items()}))  # type: ignore[arg-type]


def test_fewer_rows_can_be_asked_for() -> None:
    check_extent(extent(rows=3), rows=3)  # type: ignore[arg-type]
    with pytest.raises(NotPlainError, match="has 3 rows; at most 2"):
        check_extent(extent(rows=3), rows=2)  # type: ignore[arg-type]
