"""Which trial a strategy is told of next, for each ``TellOrder``.

An order hears of every trial that is proposed, scored and told. All but ``AsCompleted`` follow from the configuration
and the candidates alone. The trials that an order names come in one sequence, also where a run is taken up again.
"""

from bisect import bisect_left, insort
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from evo.engine.virtual_clock import VirtualClock
from evo.records.config import SearchConfig
from evo.records.tell_order import OUTSIZED, OUTSIZED_PLACES, TellOrder
from evo.records.trial import Trial
from fitness import Fitness
from spaces import Complexity, NetworkSpace, SearchSpace

WINDOW = 201
"""Trials, the last ones, whose median counts."""

Describe = Callable[[str], Complexity | None]
"""The size of the network of a candidate's text, None where there is none."""


class TellingOrder(Protocol):
    """Says of which trial to tell next."""

    def proposed(self, trial: Trial, original: int) -> None:
        """Hear of a new trial; original: the trial whose score it takes, itself where it is to be scored."""
        ...

    def scored(self, trial_id: int) -> None:
        """Hear that a trial has been scored now."""
        ...

    def next(self) -> int | None:
        """Return the number of the trial to tell next, whether it is scored yet or not; None where nobody knows it."""
        ...

    def told(self, trial_id: int) -> None:
        """Hear that the trial which was next has been told."""
        ...

    def reserved(self) -> int:
        """Return how many places of the look-ahead the open trials take, beyond one each."""
        ...


class ByNumber:
    """In the order in which trials were proposed."""

    def __init__(self) -> None:
        """Begin with trial 0."""
        self._next = 0

    def proposed(self, trial: Trial, original: int) -> None:
        """Nothing follows from it."""

    def scored(self, trial_id: int) -> None:
        """Nothing follows from it."""

    def next(self) -> int | None:
        """Return the trial after the last that was told."""
        return self._next

    def told(self, trial_id: int) -> None:
        """Go on to the next."""
        self._next += 1

    def reserved(self) -> int:
        """Return none: an open trial takes its own."""
        return 0


class ByExpectedFinish:
    """By a virtual clock: half as many workers as trials may be open, so that the other half can make up for errors.

    A trial of ``OUTSIZED`` times the median multiply-adds takes as many times as long as the others, which are all
    alike: these are told in the order in which they were proposed. While such a trial is open it takes
    ``OUTSIZED_PLACES`` places of the look-ahead: fewer others are proposed without what it would teach.
    """

    def __init__(self, ahead: int, describe: Describe) -> None:
        """Nothing is proposed yet; ahead: of the search."""
        self._clock = VirtualClock(max(1, ahead // 2))
        self._describe = describe
        self._sorted: list[int] = []  # multiply-adds of the last trials
        self._last: deque[int] = deque()  # the same in the order of trials
        self._outsized: set[int] = set()  # open

    def proposed(self, trial: Trial, original: int) -> None:
        """Start it by the clock; one that takes the score of another follows that."""
        if original != trial.trial_id:
            self._clock.follow(trial.trial_id, original)
            return
        length = self._length(trial.text)
        self._clock.start(trial.trial_id, length)
        if length > 1:
            self._outsized.add(trial.trial_id)

    def scored(self, trial_id: int) -> None:
        """Nothing follows from it."""

    def next(self) -> int | None:
        """Return the trial that finishes first by the clock."""
        return self._clock.first()

    def told(self, trial_id: int) -> None:
        """Go on to its finish."""
        self._clock.advance()
        self._outsized.discard(trial_id)

    def reserved(self) -> int:
        """Return what open trials of outsized networks take."""
        return (OUTSIZED_PLACES - 1) * len(self._outsized)

    def _length(self, text: str) -> float:
        """Return how long a candidate takes, as a multiple of what most take; 1 where it has no network."""
        size = self._describe(text)
        if size is None:
            return 1.0
        insort(self._sorted, size.macs)
        self._last.append(size.macs)
        if len(self._last) > WINDOW:
            del self._sorted[bisect_left(self._sorted, self._last.popleft())]
        times = size.macs / max(1, self._sorted[len(self._sorted) // 2])
        return times if times >= OUTSIZED else 1.0


class AsCompleted:
    """As trials are scored; one that takes the score of another comes right behind it.

    What was logged before is told in the order in which it was logged, which is that in which it was told.
    """

    def __init__(self, logged: Sequence[int]) -> None:
        """Begin with the trials that were scored by a former process."""
        self._scored = deque(logged)
        self._same: defaultdict[int, list[int]] = defaultdict(list)  # open trial -> those that take its score
        self._due: deque[int] = deque()  # their scores are known
        self._open: set[int] = set()

    def proposed(self, trial: Trial, original: int) -> None:
        """Have it wait for its score, or for another's."""
        self._open.add(trial.trial_id)
        if original == trial.trial_id:
            return
        if original in self._open:
            self._same[original].append(trial.trial_id)
        else:
            self._due.append(trial.trial_id)

    def scored(self, trial_id: int) -> None:
        """Let it be told behind all that were scored before."""
        self._scored.append(trial_id)

    def next(self) -> int | None:
        """Return the trial whose score has been known for longest."""
        known = self._due or self._scored
        return known[0] if known else None

    def told(self, trial_id: int) -> None:
        """Go on to the next."""
        (self._due or self._scored).popleft()
        self._open.discard(trial_id)
        self._due.extend(self._same.pop(trial_id, ()))

    def reserved(self) -> int:
        """Return none: an open trial takes its own."""
        return 0


def telling_order(config: SearchConfig, describe: Describe, logged: Callable[[], Sequence[int]]) -> TellingOrder:
    """Return the order of a search; logged: returns the trials that were scored before, as they were logged."""
    if config.tell_order is TellOrder.EXPECTED:
        return ByExpectedFinish(config.ahead, describe)
    return AsCompleted(logged()) if config.tell_order is TellOrder.COMPLETION else ByNumber()


def usual_order(space: SearchSpace[Any], fitness: Fitness) -> TellOrder:
    """Return the order where none is asked for: by expected finish where networks are trained, else by number.

    Only a training takes long enough to be worth the counting of a network's multiply-adds before it.
    """
    trains = fitness.needs_cuda and isinstance(space, NetworkSpace)
    return TellOrder.EXPECTED if trains else TellOrder.TRIAL
