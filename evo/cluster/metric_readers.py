"""Waiting for whoever reads the metrics of a Ray that is about to end, so that they have the last ones.

Prometheus comes by every few seconds, and what is not read by then is lost. It takes up to a quarter of a minute to
find a Ray that has just been started, so that a short search may be over by then: whether somebody reads the Rays of a
folder is kept in a file there, also for the Ray that follows one that was killed. Times are seconds.
"""

import logging
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import ray

from tasks.foundation.whole_files import replacing

LONGEST_S = 16.0
"""How long they are waited for: a little more than the interval that Ray's own configuration of Prometheus has."""
LOOK_S = 0.2
ANSWER_S = 0.3
"""What an answer takes that has just been asked for."""
NOTE_S = 2.0
"""How often is looked for the first reader."""
MARK = "selfnas_metrics_are_read"
"""The file in Ray's folder that says that somebody has read the metrics of a Ray there."""
LATELY_S = 86400.0
"""How long the file counts."""
_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
_LISTENS = "0A"

logger = logging.getLogger(__name__)


@contextmanager
def readers_awaited(folder: Path) -> Iterator[None]:
    """Note whether the metrics of this machine's node are read, and wait for who does where the block ends well.

    folder: Ray's, of which the node's session is a part
    """
    ports = [node["MetricsExportPort"] for node in ray.nodes() if node["Alive"]]  # type: ignore[no-untyped-call]
    over = threading.Event()
    threading.Thread(target=note_readers, args=(ports, folder / MARK, over), daemon=True).start()
    try:
        yield
        wait_for_readers(ports, folder / MARK)
    finally:
        over.set()


def note_readers(ports: list[int], mark: Path, over: threading.Event) -> None:
    """Leave the file once somebody reads; the end of the search is too late, as it may be killed before."""
    while not over.wait(NOTE_S):
        if readers_of(ports):
            with suppress(OSError), replacing(mark, shared=True, durable=False):  # somebody else's, or a full disk
                pass  # it is empty; in a folder that others share, a link in its place is never followed
            return


def wait_for_readers(ports: list[int], mark: Path) -> None:
    """Wait until somebody has read the metrics once more; not at all where nobody has, nor has lately of another Ray.

    The file is removed where nobody has come.
    """
    before = readers_of(ports)
    if not before and not _is_of_late(mark):
        return
    logger.info("ending when the last metrics have been read, within %.0f s", LONGEST_S)
    end = time.monotonic() + LONGEST_S
    while time.monotonic() < end:
        time.sleep(LOOK_S)
        if readers_of(ports) - before:
            time.sleep(ANSWER_S)
            return
    if not before:
        with suppress(OSError):
            mark.unlink()


def _is_of_late(mark: Path) -> bool:
    try:
        found = mark.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and time.time() - found.st_mtime < LATELY_S


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
