"""Waiting for whoever reads the metrics of a Ray that is about to end, so that they have the last ones.

Prometheus comes by every few seconds, and what is not read by then is lost. Times are seconds.
"""

import logging
import time
from contextlib import suppress
from pathlib import Path

import ray

LONGEST_S = 16.0
"""How long they are waited for: a little more than the interval that Ray's own configuration of Prometheus has."""
LOOK_S = 0.2
ANSWER_S = 0.3
"""What an answer takes that has just been asked for."""
_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
_LISTENS = "0A"

logger = logging.getLogger(__name__)


def wait_for_readers() -> None:
    """Wait until somebody has read the metrics of this machine's node once more; not at all where nobody ever has."""
    ports = [node["MetricsExportPort"] for node in ray.nodes() if node["Alive"]]  # type: ignore[no-untyped-call]
    before = readers_of(ports)
    if before:
        logger.info("ending when the last metrics have been read, within %.0f s", LONGEST_S)
    end = time.monotonic() + LONGEST_S
    while before and time.monotonic() < end:
        time.sleep(LOOK_S)
        if readers_of(ports) - before:
            time.sleep(ANSWER_S)
            return


def readers_of(ports: list[int]) -> set[str]:
    """Return who is connected to ports of this machine, or was within the last minute, as the kernel writes it."""
    return {remote for table in _TABLES for local, remote, state in _connections(table) if _is_of(local, ports, state)}


def _is_of(local: str, ports: list[int], state: str) -> bool:
    return state != _LISTENS and int(local.rpartition(":")[2], 16) in ports


def _connections(table: str) -> list[tuple[str, str, str]]:
    """Return own and other address, and state, of all connections of a table; none where there is no table."""
    with suppress(OSError):
        rows = [line.split() for line in Path(table).read_text(encoding="ascii").splitlines()[1:]]
        return [(row[1], row[2], row[3]) for row in rows]
    return []
