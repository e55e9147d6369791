"""NASLib's compact form of a NAS-Bench-201 cell: the numbers of six operations, ``(2, 0, 3, 1, 4, 0)``.

The other published form, ``|nor_conv_3x3~0|+|...|``, is the space's own text.
"""

from spaces.literals import literal_of, operation_numbered, shown
from spaces.nasbench201.cell import EDGES, NasBench201Cell

PUBLISHED_FORMS = "NASLib's six numbers of operations, (2, 0, 3, 1, 4, 0)"
COMPACT_OPERATIONS = ("skip_connect", "none", "nor_conv_3x3", "nor_conv_1x1", "avg_pool_3x3")
"""What the numbers stand for."""
COMPACT_EDGES = tuple(sorted(EDGES))
"""Their edges: source by source, where those of a cell are target by target."""


def read_published(text: str) -> NasBench201Cell | None:
    """Return the cell of six numbers, None for a text that is no list; raises ValueError for another list."""
    value = literal_of(text)
    if value is None:
        return None
    if not isinstance(value, list | tuple) or len(value) != len(EDGES):
        raise ValueError(f"{shown(value)} is no list of {len(EDGES)} numbers of operations; e.g. (2, 0, 3, 1, 4, 0)")
    operations = {
        edge: operation_numbered(number, COMPACT_OPERATIONS) for edge, number in zip(COMPACT_EDGES, value, strict=True)
    }
    return NasBench201Cell(tuple(operations[edge] for edge in EDGES))
