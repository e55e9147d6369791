"""The forms in which cells of NAS-Bench-101 are published: a matrix and the vertices' operations, or one flat tuple.

``{"matrix": [[0, 1], [0, 0]], "ops": ["input", "output"]}``  also as ``(matrix, ops)``, in JSON or as Python writes it
``(0, 1, 0, 0, 0, 1)``                                        NASLib's: n x n entries row by row, n operations' numbers
"""

import json
from collections.abc import Mapping, Sequence
from math import isqrt
from typing import Any, TypeGuard

from spaces.literals import literal_of, operation_numbered, shown
from spaces.nasbench101.cell import INPUT, MAX_VERTICES, OUTPUT, NasBench101Cell, cell_from_matrix

PUBLISHED_FORMS = (
    '{"matrix": [[0, 1, ...], ...], "ops": ["input", "conv3x3-bn-relu", ..., "output"]} or (matrix, ops), as JSON or '
    "Python writes them; NASLib's flat tuple of the matrix and the operations' numbers"
)
COMPACT_OPERATIONS = (INPUT, OUTPUT, "maxpool3x3", "conv1x1-bn-relu", "conv3x3-bn-relu")
"""What the numbers of NASLib's tuple stand for."""
_MATRIX, _OPERATIONS = ("matrix", "module_adjacency"), ("ops", "operations", "labels", "module_operations")
_MOST_VERTICES = 2 * MAX_VERTICES  # before pruning


def read_published(text: str) -> NasBench101Cell | None:
    """Return the pruned cell of a text, None where it has none of the forms; raises ValueError for what is wrong."""
    value = literal_of(text)
    if value is None:
        return None
    matrix, labels = _parts(value)
    if not _is_list(matrix) or not all(map(_is_list, matrix)):
        raise ValueError(f"the matrix is {shown(matrix)}; rows of zeros and ones are needed")
    if not _is_list(labels) or not all(isinstance(label, str) for label in labels):
        raise ValueError(f"the operations are {shown(labels)}; names are needed, {INPUT!r} first and {OUTPUT!r} last")
    if len(labels) > _MOST_VERTICES:
        raise ValueError(f"the cell has {len(labels)} vertices; at most {MAX_VERTICES} are allowed")
    return cell_from_matrix(matrix, labels)


def write_published(cell: NasBench101Cell) -> str:
    """Return matrix and operations as JSON."""
    return json.dumps({"matrix": cell.matrix, "ops": cell.labels})


def _parts(value: object) -> tuple[Any, Any]:
    """Return what stands for the matrix and for the operations; raises ValueError where there is no such thing."""
    if isinstance(value, Mapping):
        found = [next((value[name] for name in names if name in value), None) for names in (_MATRIX, _OPERATIONS)]
        if None not in found:
            return found[0], found[1]
    elif _is_list(value) and value and all(type(number) is int for number in value):
        return _unflattened(value)
    elif _is_list(value) and len(value) == 2:
        return value[0], value[1]
    raise ValueError(f"{shown(value)} is no matrix with its operations; the forms are {PUBLISHED_FORMS}")


def _unflattened(numbers: Sequence[Any]) -> tuple[list[Sequence[int]], list[str]]:
    size = isqrt(len(numbers))
    if size * (size + 1) != len(numbers):
        raise ValueError(f"{len(numbers)} numbers are no n x n entries and n operations; with 7 vertices they are 56")
    entries, operations = numbers[: size * size], numbers[size * size :]
    rows = [entries[row * size : (row + 1) * size] for row in range(size)]
    return rows, [operation_numbered(number, COMPACT_OPERATIONS) for number in operations]


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, list | tuple)
