"""The curves of trainings over their epochs, as figures; a training that is going or cannot be read is told.

Letters: E epochs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from evo.plotting.frame import Words
from evo.plotting.line_plot import Series, line_plot
from evo.retraining.folder import SCHEMA
from evo.retraining.stored_files import EPOCHS
from evo.storage.parquet_part import read_part
from tasks.foundation.errors import UsageError, first_line

MOST_TRAININGS = 8
"""Trainings that figures draw; colours begin again after these."""
_CURVES = {
    "test_accuracy": ("Test accuracy", "share of test images, 0 to 1"),
    "training_loss": ("Training loss", "mean loss of an epoch (nats)"),
    "test_loss": ("Test loss", "mean loss (nats)"),
}


@dataclass(frozen=True)
class Curves:
    """Figures of all trainings of a folder, none where none has an epoch; faults: what is not drawn, and why."""

    figures: tuple[str, ...]
    faults: tuple[str, ...]


def curves_in(folder: Path) -> Curves:
    """Return the curves of the trainings in a folder, one line each."""
    faults: list[str] = []
    paths = sorted(folder.glob(f"*/{EPOCHS}"))
    found = {path.parent.name: _epochs(path, faults) for path in paths[:MOST_TRAININGS]}
    rows = {name: table for name, table in found.items() if table is not None and table.num_rows}
    if len(paths) > MOST_TRAININGS:
        faults.append(f"Of {len(paths)} trainings the first {MOST_TRAININGS} are drawn.")
    drawn = [_curve(rows, name, f"{folder.name}: {title}", said) for name, (title, said) in _CURVES.items() if rows]
    return Curves(tuple(drawn), tuple(faults))


def _epochs(path: Path, faults: list[str]) -> pa.Table | None:
    """Return the epochs of a training, None where they cannot be read, which is then among the faults."""
    try:
        return read_part(path, SCHEMA.names).cast(SCHEMA)
    except (UsageError, pa.ArrowException, ValueError) as error:
        faults.append(str(error) if isinstance(error, UsageError) else f"{path}: {first_line(error)}")
    return None


def _curve(rows: Mapping[str, pa.Table], column: str, title: str, said: str) -> str:
    series = [
        Series(name, table["epoch"].to_numpy() + 1.0, np.asarray(table[column].to_numpy(), dtype=float), marked=True)
        for name, table in rows.items()
    ]
    return line_plot(series, Words(title, "epoch (count)", said))
