"""Noticing that the head of a cluster is gone: Ray says nothing of it, hangs, and ends the process a minute later.

Times are seconds.
"""

import socket
import threading
import time
from typing import Self

from evo.cluster.addresses import split
from evo.cluster.own_process import end_own_process
from evo.records.failures import LostClusterError

BEAT_S, ANSWER_S = 2.0, 3.0
"""How often the head is asked, and how long it may take to take a call."""
PATIENCE_S = 25.0
"""After that long without an answer it is gone."""
HANGING_S = 50.0
"""After that long a command that has not ended yet is held up by Ray, which ends it after 60, in twenty lines."""

_watches: "list[HeadWatch]" = []
"""The watch of the cluster that this process is in; Ray is in one at a time."""


class HeadWatch:
    """Asks from a thread whether the head is there, from ``begin`` to the end of the block."""

    def __init__(self) -> None:
        """Watch nothing yet."""
        self._place = ""
        self._answered = 0.0
        self._over = threading.Event()

    def begin(self, place: str) -> None:
        """Watch what listens at a place."""
        self._place, self._answered = place, time.monotonic()
        _watches.append(self)
        threading.Thread(target=self._watch, daemon=True).start()

    def __enter__(self) -> Self:
        """Return the watch."""
        return self

    def __exit__(self, *error: object) -> None:
        """Watch no longer."""
        self._over.set()
        if self in _watches:
            _watches.remove(self)

    def check(self) -> None:
        """Raise LostClusterError where the head is gone."""
        if self.silent_s >= PATIENCE_S:
            raise LostClusterError(self._lost())

    def wait(self) -> None:
        """Return once the head answers, as a call that it must answer could not be interrupted; raises as ``check``."""
        while not self._ask():
            self.check()
            self._over.wait(BEAT_S / 4)

    @property
    def silent_s(self) -> float:
        """Seconds since the head has answered last."""
        return time.monotonic() - self._answered

    def _watch(self) -> None:
        while not self._over.wait(BEAT_S):
            if not self._ask() and self.silent_s >= HANGING_S:
                end_own_process(f"{self._lost()}, and Ray hangs; what was finished by then is saved")

    def _ask(self) -> bool:
        """Return whether the head takes a call."""
        try:
            socket.create_connection(split(self._place), timeout=ANSWER_S).close()
        except OSError:
            return False
        self._answered = time.monotonic()
        return True

    def _lost(self) -> str:
        return f"the head of the Ray cluster at {self._place} has not answered for {self.silent_s:.0f} s"


def check_head() -> None:
    """Raise LostClusterError where the head of the cluster that this process is in is gone."""
    for watch in _watches:
        watch.check()


def await_head() -> None:
    """Return once the head of the cluster that this process is in answers; raises LostClusterError where it is gone."""
    for watch in _watches:
        watch.wait()
