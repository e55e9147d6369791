"""Listens to the workers of a pool: which of them gives no sign of life, which one was told to go.

Times are seconds of a clock that never goes back.
"""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from evo.cluster.cluster_notes import Notes
from evo.cluster.control_groups import memory_kills
from evo.cluster.pulse import BEAT_S, Beat

SILENCE_S = 10.0
"""A worker that beats no more for so long is frozen, or cannot be reached."""
_PATIENCE_S = 5.0


@dataclass
class _Heard:
    """The last new beat of an actor, when it came, and when it was last asked for one."""

    beat: Beat
    at: float
    asked: float


class Pulses:
    """What is heard of the actors that are or were in the places of a pool."""

    def __init__(self, notes: Notes, clock: Callable[[], float] = time.monotonic) -> None:
        """Listen to nobody yet."""
        self._notes, self._clock = notes, clock
        self._prefix = f"pulse/{uuid4().hex}/"
        self._keys: dict[int, str] = {}  # place -> the key of its present actor
        self._heard: dict[str, _Heard] = {}
        self._kills: dict[str, int] = {}  # machine -> processes ended for want of memory
        self._silence_s = SILENCE_S
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep_listening, name="pulses", daemon=True)

    def start(self) -> None:
        """Go on listening in a thread of its own, as a cluster may take its time to answer."""
        self._thread.start()

    def new_key(self, number: int) -> str:
        """Return the key under which the next actor of a place has to beat."""
        self._heard.pop(self._keys.get(number, ""), None)
        self._keys[number] = f"{self._prefix}{uuid4().hex}"
        return self._keys[number]

    def key(self, number: int) -> str:
        """Return the key of a place's present actor, an empty text where it never had one."""
        return self._keys.get(number, "")

    def listen(self) -> None:
        """Ask for a beat of every present actor."""
        for key in list(self._keys.values()):
            beat = self._read(key)
            if beat is not None:
                self._note(key, beat)

    def is_silent(self, number: int) -> bool:
        """Return whether an actor that has given signs of life gives none any more.

        None are expected while the cluster itself does not answer.
        """
        heard = self._heard.get(self.key(number))
        return heard is not None and heard.asked - heard.at >= self._silence_s

    def bear_with(self) -> None:
        """Wait twice as long from now on: a worker was silent, and has answered all the same."""
        self._silence_s *= 2

    def was_told_to_go(self, key: str) -> bool:
        """Return whether the last that an actor said is that it was told to go."""
        beat = self._read(key) if key else None
        return beat is not None and beat.leaving

    def node(self, number: int) -> str | None:
        """Return the name of the machine of an actor, None where it has not been heard."""
        heard = self._heard.get(self.key(number))
        return heard.beat.node if heard else None

    def kills(self, node: str | None) -> int | None:
        """Return how many processes of a machine were ended for want of memory, as far as known; None if unknown."""
        here = memory_kills() if node == os.uname().nodename else None
        known = [count for count in (here, self.heard_kills(node)) if count is not None]
        return max(known, default=None)

    def heard_kills(self, node: str | None) -> int | None:
        """Return the same as far as workers have said it."""
        return self._kills.get(node or "")

    def close(self) -> None:
        """Listen no more, and clear away what was said."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE_S)
        try:
            self._notes.forget(self._prefix)
        except Exception:  # the cluster is gone, and all notes with it
            return

    def _keep_listening(self) -> None:
        while not self._closing.wait(BEAT_S):
            self.listen()

    def _read(self, key: str) -> Beat | None:
        try:
            text = self._notes.read(key)
            return None if text is None else Beat.read(text)
        except Exception:  # whatever Ray raises where the cluster does not answer, and notes that nobody can read
            return None

    def _note(self, key: str, beat: Beat) -> None:
        now, heard = self._clock(), self._heard.get(key)
        if heard is None or heard.beat != beat:
            self._heard[key] = _Heard(beat, now, now)
        else:
            heard.asked = now
        if beat.kills is not None:
            self._kills[beat.node] = max(beat.kills, self._kills.get(beat.node, 0))
