"""A trial as a Python caller has it: what is logged of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from evo.display.notebook_table import html_table
from evo.records.trial import AboutCandidate


@dataclass(frozen=True)
class Record(AboutCandidate):
    """A trial as it is logged: the columns of the run's Parquet files.

    fitness: higher is better, None unless the status is ``completed``
    params: trainable weights; macs: multiply-adds of one input; None where the space builds no network
    evaluate_s: by the clock; cpu_s: of the processor, None where a GPU computed; processor: the name of what computed;
    gpu: its model, number on the node and the share held, None where a processor computed; all three are None in rows
    of older versions
    """

    trial_id: int
    parent_id: int | None
    candidate: str
    key: str
    status: str
    fitness: float | None
    metrics: Mapping[str, float] = field(default_factory=dict)
    seed: int | None = None
    params: int | None = None
    macs: int | None = None
    reused: bool = False
    attempts: int = 0
    error: str | None = None
    worker: str | None = None
    node: str | None = None
    device: str | None = None
    queued_s: float | None = None
    build_s: float | None = None
    evaluate_s: float | None = None
    cpu_s: float | None = None
    processor: str | None = None
    gpu: str | None = None
    peak_memory_bytes: int | None = None
    started_at: datetime | None = None

    def _repr_html_(self) -> str:
        return html_table(f"trial {self.trial_id}", ("", ""), ((f.name, getattr(self, f.name)) for f in fields(self)))


def record_of(row: Mapping[str, Any]) -> Record:
    """Return the record of a logged row; columns that it has beside those of a log are left out."""
    logged = {name: value for name, value in row.items() if name in Record.__dataclass_fields__}
    return Record(**{**logged, "metrics": dict(row["metrics"] or ()), "reused": bool(row["reused"])})
