"""Plug-ins that make a search cheap to test: bit strings, fitnesses of every temper, and strategies with one quirk.

Used by name, e.g. ``--space tests.toy:BitStrings --fitness tests.toy:CountOnes``. Imports nothing heavy. A candidate is
*marked* where its first two bits are 1: a quarter of all are, and the ill-behaved fitnesses misbehave for these alone.
Times are seconds.
"""

import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from evo.records.trial import Evaluation, Proposal
from evo.strategies.base import SearchStrategy
from tasks.foundation.plugin_texts import PluginText, parse_plugins

if TYPE_CHECKING:
    import networkx as nx

    from fitness import EvalContext, Score

Bits = tuple[int, ...]

SLOW_AFTER = "TOY_SLOW_AFTER"
"""In the environment of a worker: how many candidates ``AbandonsBelow`` scores before it slows down."""


def is_marked(candidate: Bits) -> bool:
    return candidate[:2] == (1, 1)


class BitStrings:
    """All strings of ``length`` bits; a neighbour differs in one bit."""

    def __init__(self, *, length: int = 10) -> None:
        if length < 1:
            raise ValueError(f"length={length}: must be at least 1")
        self._length = length

    def sample(self, rng: np.random.Generator) -> Bits:
        return tuple(int(bit) for bit in rng.integers(2, size=self._length))

    def mutate(self, candidate: Bits, rng: np.random.Generator) -> Bits:
        flipped = int(rng.integers(self._length))
        return tuple(1 - bit if i == flipped else bit for i, bit in enumerate(candidate))

    def encode(self, candidate: Bits) -> str:
        return "".join(map(str, candidate))

    def decode(self, text: str) -> Bits:
        if len(text) != self._length or set(text) - {"0", "1"}:
            raise ValueError(f"{text!r}: {self._length} characters of 0 and 1 are needed")
        return tuple(map(int, text))


class PublishedBits(BitStrings):
    """Bit strings that others publish as ``bits 0101``; those that begin with 0 are not published."""

    published_forms: ClassVar[str] = "bits OF-ZEROS-AND-ONES"

    def from_published(self, text: str) -> Bits | None:
        return self.decode(text.removeprefix("bits ")) if text.startswith("bits ") else None

    def to_published(self, candidate: Bits) -> str | None:
        return f"bits {self.encode(candidate)}" if candidate[0] else None


class MirroredBitStrings(BitStrings):
    """Bit strings that mean the same read backwards, so two texts share a key."""

    def key(self, candidate: Bits) -> str:
        return min(self.encode(candidate), self.encode(candidate[::-1]))


class ChainedBitStrings(BitStrings):
    """Bit strings as graphs: a chain of vertices, one for each bit."""

    def to_graph(self, candidate: Bits) -> "nx.DiGraph[int]":
        import networkx as nx

        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from((place, {"op": f"{place} is {bit}"}) for place, bit in enumerate(candidate))
        graph.add_edges_from((place, place + 1) for place in range(len(candidate) - 1))
        return graph


class CountedBitStrings(BitStrings):
    """Bit strings of which only the number of ones matters, and that need a file beside the log."""

    def functional_key(self, candidate: Bits) -> str:
        return str(sum(candidate))

    def prepare(self, folder: Path) -> None:
        with (folder / "prepared.txt").open("a") as file:
            file.write("once\n")


class CountOnes:
    """Number of ones plus ``noise`` times a normal draw of the candidate's own generator, after ``sleep_s``."""

    def __init__(self, *, noise: float = 0.01, sleep_s: float = 0.0) -> None:
        self._noise = noise
        self._sleep_s = sleep_s

    def __call__(self, candidate: Bits, context: "EvalContext") -> "Score":
        from fitness import Score

        time.sleep(self._sleep_s)
        value = sum(candidate) + self._noise * float(context.rng.standard_normal())
        return Score(value, metrics={"zeros": float(candidate.count(0))})


class CountOnesOnly(CountOnes):
    """Scores what a string counts to, nothing else."""

    scores_functions = True

    def __call__(self, candidate: Bits, context: "EvalContext") -> "Score":
        from fitness import Score

        return Score(sum(candidate))


class Joined:
    """Sum of its members' scores: fitnesses within its parentheses, or in one text."""

    def __init__(self, *, members: Sequence[Any] | str = (), scale: float = 1.0) -> None:
        from fitness import FITNESSES

        self._members = [FITNESSES.build(one["name"], one["options"]) for one in members]
        self._scale = scale

    @staticmethod
    def settle(options: dict[str, Any]) -> dict[str, Any]:
        given = options["members"]
        texts = parse_plugins(given, option="fitness.members", example="random") if isinstance(given, str) else given
        return {**options, "members": [Joined._settled(one) for one in texts]}

    @staticmethod
    def _settled(member: Any) -> dict[str, Any]:
        from fitness import FITNESSES

        if not isinstance(member, PluginText):
            return dict(member)
        options = FITNESSES.resolve(member.name, member.given())
        return {"label": str(member), "name": member.name, "options": options}

    def __call__(self, candidate: Bits, context: "EvalContext") -> "Score":
        from fitness import Score
        from fitness.base import as_score

        return Score(self._scale * sum(as_score(one(candidate, context)).value for one in self._members))


class RaisesForSome(CountOnes):
    """Raises for marked candidates."""

    def __call__(self, candidate: Bits, context: "EvalContext") -> "Score":
        if is_marked(candidate):
            raise ValueError("a marked candidate")
        return super().__call__(candidate, context)


class NanForSome(CountOnes):
    """Gives NaN for marked candidates, and a metric all the same."""

    def __call__(self, candidate: Bits, context: "EvalContext") -> "Score":
        from fitness import Score

        return (
            Score(float("nan"), metrics={"zeros": 1.0})
            if is_marked(candidate)
            else super().__call__(candidate, context)
        )


class KillsWorker(CountOnes):
    """Kills its process for marked candidates: always, or on their first attempt alone, as files in ``folder`` tell."""

    def __init__(self, *, folder: str, always: bool = False) -> None:
        super().__init__()
        self._folder = Path(folder)
        self._always = always

    def __call__(self, candidate: Bits, context: "EvalContext") -> "Score":
        note = self._folder / "".join(map(str, candidate))
        if is_marked(candidate) and (self._always or not note.exists()):
            note.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(candidate, context)


class AbandonsBelow(CountOnes):
    """Abandons what is below the threshold; ``bound`` is one above what it would have been, at most the threshold.

    A worker whose environment says so slows down after that many evaluations: its search is killed before it ends.
    """

    _calls = 0

    def __call__(self, candidate: Bits, context: "EvalContext") -> "Score":
        from fitness import AbandonedError

        self._calls += 1
        if self._calls > int(os.environ.get(SLOW_AFTER, sys.maxsize)):
            time.sleep(3.0)
        score = super().__call__(candidate, context)
        if context.threshold is not None and score.value < context.threshold:
            raise AbandonedError(f"below {context.threshold}", {"bound": min(score.value + 1, context.threshold)})
        return score


class InterruptsItself(CountOnes):
    """Raises what Ctrl-C raises for marked candidates."""

    def __call__(self, candidate: Bits, context: "EvalContext") -> "Score":
        if is_marked(candidate):
            raise KeyboardInterrupt
        return super().__call__(candidate, context)


class Hangs(CountOnes):
    """Never comes back for marked candidates: looks at the deadline where it is ``polite``, sleeps where it is not."""

    def __init__(self, *, polite: bool = False) -> None:
        super().__init__()
        self._polite = polite

    def __call__(self, candidate: Bits, context: "EvalContext") -> "Score":
        while is_marked(candidate):
            time.sleep(0.01)
            if self._polite:
                context.check_deadline()
        return super().__call__(candidate, context)


class ChecksDeadline(CountOnes):
    """Looks at the deadline once, after some milliseconds."""

    def __call__(self, candidate: Bits, context: "EvalContext") -> "Score":
        time.sleep(0.002)
        context.check_deadline()
        return super().__call__(candidate, context)


class LikesNoSpace(CountOnes):
    """Refuses every space."""

    def accepts(self, space: object) -> str | None:
        return "it likes none"


class LikesEvenSeeds(CountOnes):
    """Refuses odd seeds."""

    def check_seed(self, data_seed: int) -> None:
        from tasks.foundation.errors import UsageError

        if data_seed % 2:
            raise UsageError(f"{data_seed} is odd")


class Mute:
    """A strategy that only listens."""

    def __init__(self, space: object) -> None:
        self.space = space

    def tell(self, evaluation: Evaluation) -> None:
        raise AssertionError("nothing was asked")


class Waves(SearchStrategy):
    """A strategy that proposes ``size`` candidates and then nothing until it was told of all of them.

    It ends after ``waves`` of them; ``told`` holds everything it was told.
    """

    def __init__(self, *, size: int = 3, waves: int = 1_000) -> None:
        self._size = size
        self._waves = waves
        self._asked = 0
        self.told: list[Evaluation] = []

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        full = self._asked == self._size * (len(self.told) // self._size + 1)
        if full or self._asked == self._size * self._waves:
            return None
        self._asked += 1
        best = max((e for e in self.told if e.fitness is not None), key=_fitness, default=None)
        if best is None:
            return Proposal(self.space.sample(rng))
        return Proposal(self.space.mutate(best.candidate, rng), best.trial_id)

    def tell(self, evaluation: Evaluation) -> None:
        self.told.append(evaluation)


def _fitness(evaluation: Evaluation) -> float:
    return -np.inf if evaluation.fitness is None else evaluation.fitness


class Scripted(SearchStrategy):
    """A strategy that proposes given candidates in order, for tests in one process; ``told`` as above."""

    def __init__(self, candidates: list[Bits], parents: Mapping[int, int] | None = None) -> None:
        self._candidates = candidates
        self._parents = parents or {}
        self._asked = 0
        self.told: list[Evaluation] = []

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        if self._asked == len(self._candidates):
            return None
        self._asked += 1
        return Proposal(self._candidates[self._asked - 1], self._parents.get(self._asked - 1))

    def tell(self, evaluation: Evaluation) -> None:
        self.told.append(evaluation)
