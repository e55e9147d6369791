"""Noticing that the head of a cluster is gone: Ray says nothing of it, hangs, and ends the process a minute later.

Times are seconds.
"""

import threading
import time
from typing import Self

from evo.cluster.joining import Answer, asked
from evo.cluster.own_process import end_own_process
from evo.records.failures import LostClusterError

BEAT_S, ANSWER_S = 2.0, 3.0
"""How often the head is asked, and how long it may take to answer."""
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
        self._address = ""
        self._answered = 0.0
        self._over = threading.Event()

    def begin(self, address: str) -> None:
        """Watch what listens at an address."""
        self._address, self._answered = address, time.monotonic()
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
        """Raise LostClusterError where the head is gone; nobody has asked it while this process was stopped."""
        if self.silent_s >= PATIENCE_S and not self._ask():
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
            if not self._ask() and self.silent_s >= HANGING_S and not self._ask():  # once more, as in ``check``
                end_own_process(f"{self._lost()}, and Ray hangs; what was finished by then is saved")

    def _ask(self) -> bool:
        """Return whether the head answers a call; for one that is stopped the kernel would take a connection."""
        if asked(self._address, timeout_s=ANSWER_S) is Answer.NONE:
            return False
        self._answered = time.monotonic()
        return True

    def _lost(self) -> str:
        return f"the head of the Ray cluster at {self._address} has not answered for {self.silent_s:.0f} s"


def check_head() -> None:
    """Raise LostClusterError where the head of the cluster that this process is in is gone."""
    for watch in _watches:
        watch.check()


def await_head() -> None:
    """Return once the head of the cluster that this process is in answers; raises LostClusterError where it is gone."""
    for watch in _watches:
        watch.wait()
