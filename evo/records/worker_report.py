"""What a worker hands back of one trial."""

from dataclasses import dataclass

from evo.records.trial import Outcome


@dataclass(frozen=True)
class WorkerReport:
    """What became of a candidate, and the bytes of memory that the worker's process holds by then, None if unknown."""

    outcome: Outcome
    resident_bytes: int | None = None
