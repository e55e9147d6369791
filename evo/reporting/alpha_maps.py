"""Maps of architecture parameters over epochs, cell by cell.

Letters: T epochs, A parameters.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from evo.plotting.frame import Words
from evo.plotting.heat_map import heat_map
from evo.reporting.run_files import numbers
from evo.storage.epoch_log import ALPHAS

MOST_CELLS, MOST_ROWS = 2, 120
"""Maps, and rows of each, that are drawn: the first of them."""


def alpha_maps(names: Sequence[str], seed: tuple[int, pa.Table]) -> tuple[list[str], list[str]]:
    """Return a map for each cell of one seed, the softmax of each edge's operations over epochs, and notes on them.

    names: cell, edge and operation of each parameter, [A]; an edge's own parameter has no operation
    """
    number, epochs = seed
    values = _values(epochs, len(names))
    if not names or values is None:
        return [], ["The log of epochs has no architecture parameters: a version before this one wrote it."]
    words = [name.split(" ", 2) for name in names]
    cells = list(dict.fromkeys(parts[0] for parts in words))
    drawn = [_map(cell, number, words, values, numbers(epochs, "epoch") + 1) for cell in cells[:MOST_CELLS]]
    left = [f"Of {len(cells)} cells the first {MOST_CELLS} are drawn."] if len(cells) > MOST_CELLS else []
    return drawn, left


def _values(epochs: pa.Table, count: int) -> NDArray[np.float64] | None:
    """Return the parameters [T, A], not a number where an epoch has none; None where no epoch has as many as names."""
    rows = epochs[ALPHAS].to_pylist()
    known = [row if row is not None and len(row) == count else [None] * count for row in rows]
    found = np.array(known, dtype=np.float64)
    return found if np.isfinite(found).any() else None


def _map(
    cell: str,
    seed: int,
    words: Sequence[Sequence[str]],
    values: NDArray[np.float64],
    epochs: NDArray[np.float64],
) -> str:
    own = [place for place, parts in enumerate(words) if parts[0] == cell and len(parts) == 3]
    edges = [words[place][1] for place in own]
    shares = edge_shares(values[:, own], edges)
    kept = own[:MOST_ROWS]
    rows = [f"{words[place][1]} {words[place][2]}" for place in kept]
    note = f"of {len(own)} operations on edges the first {MOST_ROWS} are drawn" if len(own) > MOST_ROWS else ""
    named = cell if cell.split()[:1] == ["cell"] else f"cell {cell}"  # the only one of a space may be called so
    title = f"How strong each operation is: {named}, seed {seed}"
    return heat_map(
        shares[:, : len(kept)].T,
        Words(title, "epoch", "", note),
        rows=rows,
        columns=epochs.tolist(),
        value_name="share of its edge",
    )


def edge_shares(values: NDArray[np.float64], edges: Sequence[str]) -> NDArray[np.float64]:
    """Return the softmax of parameters [T, A] among those of the same edge, A names; what is not a number has none."""
    shares = np.full(values.shape, np.nan)
    for edge in dict.fromkeys(edges):
        columns = [place for place, name in enumerate(edges) if name == edge]
        own = values[:, columns]
        with np.errstate(all="ignore"):  # rows without any number stay without
            powers = np.exp(own - np.nanmax(np.where(np.isfinite(own), own, -np.inf), axis=1, keepdims=True))
            shares[:, columns] = powers / np.nansum(powers, axis=1, keepdims=True)
    return shares
