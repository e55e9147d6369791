"""Signs of life of a worker: a thread of its own notes every second that it lives, whatever the worker computes.

A worker that is told to go (SIGTERM: its machine is taken away) notes that last. Ray itself would raise SystemExit in
the middle of whatever the worker computes, and tells others of a frozen machine after a minute. The thread cannot beat
while a C extension keeps Python's global lock (GIL): a worker that does so for long looks frozen. Times are seconds.
"""

import os
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType

from evo.cluster.cluster_notes import Notes
from evo.cluster.control_groups import memory_kills

BEAT_S = 1.0
_LAST_WORDS_S = 2.0
_TERMINATED = 128 + signal.SIGTERM


@dataclass(frozen=True)
class Beat:
    """One sign of life.

    count: its number; node: the machine's name; kills: processes that its kernel has ended for want of memory, None
    where nobody knows; leaving: whether the worker was told to go
    """

    count: int
    node: str
    kills: int | None
    leaving: bool = False

    def text(self) -> str:
        """Return it as a note."""
        return (
            f"{self.count} {'' if self.kills is None else self.kills} {'leaving' if self.leaving else ''} {self.node}"
        )

    @classmethod
    def read(cls, text: str) -> "Beat":
        """Return what a note says; raises ValueError for what is none."""
        count, kills, leaving, node = text.split(" ", 3)
        return cls(int(count), node, int(kills) if kills else None, leaving == "leaving")


class Pulse:
    """Beats for this process until it ends."""

    def __init__(self, notes: Notes, key: str) -> None:
        """Beat once, so that the first sign is there before the worker is."""
        self._notes, self._key = notes, key
        self._count = 0
        self._leaving, self._said = threading.Event(), threading.Event()
        self.beat()

    def start(self) -> None:
        """Go on beating in a thread of its own, and end the process in peace when it is told to go."""
        threading.Thread(target=self._keep_beating, name="pulse", daemon=True).start()
        signal.signal(signal.SIGTERM, self._go)

    def beat(self) -> None:
        """Note that this process lives; a cluster that does not answer is asked again next time."""
        self._count += 1
        leaving = self._leaving.is_set()
        beat = Beat(self._count, os.uname().nodename, memory_kills(), leaving)
        try:
            self._notes.write(self._key, beat.text())
        except Exception:  # whatever Ray raises: a pulse must never end the worker
            return
        if leaving:
            self._said.set()

    def _keep_beating(self) -> None:
        while not self._said.is_set():
            self._leaving.wait(BEAT_S)
            self.beat()

    def _go(self, signum: int, frame: FrameType | None) -> None:
        self._leaving.set()
        self._said.wait(_LAST_WORDS_S)
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):  # e.g. it was being written to: nothing may be raised into what is computed here
                stream.flush()
        os._exit(_TERMINATED)
