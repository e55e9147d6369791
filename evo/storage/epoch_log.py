"""The log of a differentiable search: one Parquet row per epoch of every supernet."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from evo.storage.durable_log import DurableLog, read_log, read_parts
from evo.storage.later_columns import later_field
from tasks.foundation.errors import UsageError

FOLDER = "epochs"

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
        later_field("alphas", pa.list_(pa.float64()), since=2),
        later_field("gpu", pa.string(), since=3),
        later_field("cpu_s", pa.float64(), since=4),
        later_field("signal", pa.float64(), since=4),
        later_field("objective_state", pa.string(), since=4),
    ],
    metadata={"selfnas.schema": "4"},
)
"""``rewinds``: how often the search had returned to an earlier epoch before this one; ``alpha_entropy``: nats; shares:
of the operations of the architecture ``derived`` after the epoch, 0 to 1; ``normal_*``: of its normal cell alone, where
the space has one; ``images_per_s``: images of both levels per second of an epoch, judging included; ``alphas``: the
architecture parameters after the epoch, none for those of operations that the search has dropped; the metadata of this
column name the edge and the operation that each is of; ``gpu``: its model, its number on the node, and the share that
the worker held, none where a processor computed; ``cpu_s``: of the processor, none where a GPU computed; ``signal``:
the norm of the mean of the epoch's architecture gradients over what noise of mean 0 would leave of it, about
1 for noise, none for fewer than two steps; ``objective_state``: a text of ``ObjectiveState``."""

ALPHAS = "alphas"
_NAMES = b"selfnas.alpha_names"

IDENTITY = ("seed", "rewinds", "epoch")
"""Columns that say which row it is."""
NOT_REPRODUCED = ("epoch_s", "images_per_s", "peak_memory_bytes", "worker", "node", "device", "gpu", "cpu_s")
"""Columns that differ between two runs of one configuration."""


def read_epochs(run_dir: Path) -> pa.Table:
    """Return the logged rows in the order of a seed's training, also while it runs; empty where there are none."""
    epochs = read_log(run_dir / FOLDER, SCHEMA).sort_by([(name, "ascending") for name in IDENTITY])
    _check_once(run_dir / FOLDER, map(_identity, epochs.select(IDENTITY).to_pylist()))
    return epochs


def read_alpha_names(run_dir: Path) -> tuple[str, ...]:
    """Return what the numbers in the column ``alphas`` are of; empty where no row says so."""
    for _, part in read_parts(run_dir / FOLDER, SCHEMA, [ALPHAS]):
        if names := (part.schema.field(ALPHAS).metadata or {}).get(_NAMES):
            return tuple(map(str, json.loads(names)))
    return ()


class EpochLog:
    """Appends rows to a run, each on disk when ``append`` returns; a row that is there already is left out."""

    def __init__(self, run_dir: Path) -> None:
        """Continue the log of ``run_dir``."""
        self._folder, self._names = run_dir / FOLDER, tuple[str, ...]()
        self._log = DurableLog(self._folder, SCHEMA)
        known = read_log(run_dir / FOLDER, SCHEMA, list(IDENTITY))
        self._known = _check_once(run_dir / FOLDER, map(_identity, known.to_pylist()))

    def append(self, row: Mapping[str, Any], alpha_names: Sequence[str] = ()) -> None:
        """Write a row, unless it is logged; alpha_names: what its ``alphas`` are of."""
        identity = _identity(row)
        if identity in self._known:
            return
        self._known.add(identity)
        if alpha_names and tuple(alpha_names) != self._names:
            self._names = tuple(alpha_names)
            self._log = DurableLog(self._folder, _naming(self._names))
        self._log.append({name: row.get(name) for name in SCHEMA.names})
        self._log.write()


def _check_once(folder: Path, identities: Iterable[tuple[int, ...]]) -> set[tuple[int, ...]]:
    """Return the identities of all rows; raises UsageError where parts hold one twice."""
    known: set[tuple[int, ...]] = set()
    for identity in identities:
        if identity in known:
            named = ", ".join(f"{name} {number}" for name, number in zip(IDENTITY, identity, strict=True))
            raise UsageError(
                f"{folder}: {named} is logged twice; parts continue each other: take the one away that does not "
                "belong there"
            )
        known.add(identity)
    return known


def _naming(alpha_names: Sequence[str]) -> pa.Schema:
    """Return the schema of a part whose metadata say what ``alphas`` are of."""
    place = SCHEMA.get_field_index(ALPHAS)
    field = SCHEMA.field(place)
    return SCHEMA.set(place, field.with_metadata({**field.metadata, _NAMES: json.dumps(list(alpha_names)).encode()}))


def _identity(row: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(row[name] for name in IDENTITY)
