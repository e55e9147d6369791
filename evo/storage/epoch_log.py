"""The log of a search by gradient: one Parquet row per epoch of every supernet, readable by anything at any moment."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from evo.storage.parquet_part import LogPart, read_groups, read_part

FOLDER = "epochs"
_NAME = re.compile(r"part-\d{5,}\.parquet")

SCHEMA = pa.schema(
    [
        pa.field("seed", pa.int64(), nullable=False),
        pa.field("rewinds", pa.int64(), nullable=False),
        pa.field("epoch", pa.int64(), nullable=False),
        ("stage", pa.int64()),
        ("learning_rate", pa.float64()),
        ("weight_decay", pa.float64()),
        ("weights_loss", pa.float64()),
        ("architecture_loss", pa.float64()),
        ("held_out_loss", pa.float64()),
        ("held_out_accuracy", pa.float64()),
        ("alpha_entropy", pa.float64()),
        ("skip_share", pa.float64()),
        ("parameter_free_share", pa.float64()),
        ("normal_skip_share", pa.float64()),
        ("normal_parameter_free_share", pa.float64()),
        ("eigenvalue", pa.float64()),
        ("derived", pa.string()),
        ("epoch_s", pa.float64()),
        ("images_per_s", pa.float64()),
        ("peak_memory_bytes", pa.int64()),
        ("worker", pa.string()),
        ("node", pa.string()),
        ("device", pa.string()),
    ],
    metadata={"selfnas.schema": "1"},
)
"""``rewinds``: how often the search had gone back to an earlier epoch before this one; ``alpha_entropy``: nats; shares:
of the operations of the architecture ``derived`` after the epoch, 0 to 1; ``normal_*``: of its normal cell alone, where
the space has one; ``images_per_s``: pictures of both levels per second of an epoch, judging included."""

IDENTITY = ("seed", "rewinds", "epoch")
"""Columns that say which row it is."""
NOT_REPRODUCED = ("epoch_s", "images_per_s", "peak_memory_bytes", "worker", "node", "device")
"""Columns that differ between two runs of one configuration."""


def read_epochs(run_dir: Path) -> pa.Table:
    """Return the logged rows in the order of a seed's training, also while it runs; empty where there are none."""
    tables = [read_part(part) for part in _parts(run_dir)]
    table = pa.concat_tables(tables) if tables else SCHEMA.empty_table()
    return table.sort_by([(name, "ascending") for name in IDENTITY])


class EpochLog:
    """Appends rows to a run, each on disk when ``append`` returns; a row that is there already is left out."""

    def __init__(self, run_dir: Path) -> None:
        """Continue the log of ``run_dir``; what a killed writer left half-written is thrown away."""
        self._folder = run_dir / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True)
        for leftover in self._folder.glob(".*.tmp"):
            leftover.unlink()
        parts = _parts(run_dir)
        self._known = {_identity(row) for part in parts for row in read_part(part).to_pylist()}
        self._number = max(len(parts) - 1, 0)
        self._part = LogPart(self._path(), SCHEMA, read_groups(parts[-1]) if parts else ())

    def append(self, row: Mapping[str, Any]) -> None:
        """Write a row, unless it is logged."""
        identity = _identity(row)
        if identity in self._known:
            return
        if self._part.full:
            self._number += 1
            self._part = LogPart(self._path(), SCHEMA)
        self._known.add(identity)
        self._part.append({name: row.get(name) for name in SCHEMA.names})
        self._part.write()

    def _path(self) -> Path:
        return self._folder / f"part-{self._number:05d}.parquet"


def _identity(row: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(row[name] for name in IDENTITY)


def _parts(run_dir: Path) -> list[Path]:
    return sorted(path for path in (run_dir / FOLDER).glob("part-*.parquet") if _NAME.fullmatch(path.name))
