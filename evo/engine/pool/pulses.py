"""Listens to the workers of a pool: which of them gives no sign of life, which one was told to go.

Times are seconds of a clock that never goes back.
"""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import uuid4

from evo.cluster.cluster_notes import Notes
from evo.cluster.control_groups import memory_kills
from evo.cluster.pulse import BEAT_S, Beat

SILENCE_S = 10.0
"""A worker that beats no more for so long is frozen, or cannot be reached."""
MOST_SILENCE_S = 60.0
"""The same of workers that are borne with: Ray itself needs about as long to notice."""
_PATIENCE_S = 5.0


@dataclass
class _Heard:
    """What is heard of an actor.

    key: under which it beats; beat: the last new one, None before the first
    at: when that came, or another sign of life; asked: when the actor was last asked for one; longest: silence of its
    """

    key: str = ""
    beat: Beat | None = None
    at: float = 0.0
    asked: float = 0.0
    longest: float = 0.0


class Pulses:
    """What is heard of the actors that are or were in the places of a pool."""

    def __init__(self, notes: Notes, clock: Callable[[], float] = time.monotonic) -> None:
        """Listen to nobody yet."""
        self._notes, self._clock = notes, clock
        self._prefix = f"pulse/{uuid4().hex}/"
        self._heard: dict[int, _Heard] = {}  # of the present actor of each place
        self._told_to_go: set[str] = set()  # keys of former actors
        self._kills: dict[str, int] = {}  # machine -> processes ended for want of memory
        self._silence_s = SILENCE_S
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep_listening, name="pulses", daemon=True)

    def start(self) -> None:
        """Go on listening in a thread of its own, as a cluster may take its time to answer."""
        self._thread.start()

    def new_key(self, number: int) -> str:
        """Return the key under which the next actor of a place has to beat; the former one's note is cleared away."""
        former = self.key(number)
        if former:
            if self.was_told_to_go(former):
                self._told_to_go.add(former)
            self._forget(former)
        self._heard[number] = _Heard(f"{self._prefix}{uuid4().hex}")
        return self.key(number)

    def key(self, number: int) -> str:
        """Return the key of a place's present actor, an empty text where it never had one."""
        return self._present(number).key

    def listen(self) -> None:
        """Ask for a beat of every present actor."""
        for heard in list(self._heard.values()):
            beat = self._read(heard.key)
            if beat is not None:
                self._note(heard, beat)

    def is_silent(self, number: int) -> bool:
        """Return whether an actor that has given signs of life gives none any more.

        None are expected while the cluster itself does not answer.
        """
        heard = self._present(number)
        return heard.asked - heard.at >= self._silence_s

    def bear_with(self, number: int) -> None:
        """Wait twice as long from now on: an actor was silent, and has answered all the same, which is a sign of life.

        However many were silent at once, it is the same silence.
        """
        heard = self._present(number)
        heard.at = heard.asked
        self._silence_s = min(MOST_SILENCE_S, max(self._silence_s, 2 * heard.longest))

    def was_told_to_go(self, key: str) -> bool:
        """Return whether the last that an actor said is that it was told to go."""
        beat = self._read(key) if key else None
        return key in self._told_to_go or (beat is not None and beat.leaving)

    def node(self, number: int) -> str | None:
        """Return the name of the machine of an actor, None where it has not been heard."""
        beat = self._present(number).beat
        return beat.node if beat else None

    def kills(self, node: str | None) -> int | None:
        """Return how many processes of a machine were ended for want of memory, as far as known; None if unknown."""
        here = memory_kills() if node == os.uname().nodename else None
        known = [count for count in (here, self.heard_kills(node)) if count is not None]
        return max(known, default=None)

    def heard_kills(self, node: str | None) -> int | None:
        """Return the same as far as workers have said it."""
        return self._kills.get(node or "")

    def close(self) -> None:
        """Listen no more, and clear away what was said; whoever beats after that leaves a note for ever."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE_S)
        self._forget(self._prefix)

    def _present(self, number: int) -> _Heard:
        return self._heard.get(number) or _Heard()

    def _keep_listening(self) -> None:
        while not self._closing.wait(BEAT_S):
            self.listen()

    def _read(self, key: str) -> Beat | None:
        try:
            text = self._notes.read(key)
            return None if text is None else Beat.read(text)
        except Exception:  # whatever Ray raises where the cluster does not answer, and notes that nobody can read
            return None

    def _forget(self, prefix: str) -> None:
        with suppress(Exception):  # the cluster is gone, and all notes with it
            self._notes.forget(prefix)

    def _note(self, heard: _Heard, beat: Beat) -> None:
        now = self._clock()
        if heard.beat != beat:
            heard.beat, heard.at, heard.asked = beat, now, now
        else:
            heard.asked = now
            heard.longest = max(heard.longest, now - heard.at)
        if beat.kills is not None:
            self._kills[beat.node] = max(beat.kills, self._kills.get(beat.node, 0))
