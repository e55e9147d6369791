"""What scoring a reference is going to take, said before it begins. Times are seconds."""

import logging
import math
from collections.abc import Sequence
from statistics import median

from evo.display.readable_numbers import counted
from evo.engine.evolution import Evolution
from evo.engine.expected_time import ExpectedScores, ExpectedTime, KnownCost
from evo.storage.run_log import logged_trials
from evo.storage.score_store import NO_SCORES, ScoreStore

ABOUT = "reference: "


class ExpectedReference:
    """The scores that members still have to make.

    time: the observer of every member's search that says how long those take that nobody has timed
    """

    def __init__(self, left: Sequence[ExpectedScores], scores: int, *, level: int = logging.INFO) -> None:
        """Take what is left of so many scores, member by member; level: at which all is said."""
        self._left, self._scores = left, scores
        self.time = ExpectedTime(left, level=level, before=ABOUT)

    def lines(self, workers: int) -> list[str]:
        """Return what is expected of so many workers, 0 for this process; nothing where all is scored.

        A trial asks every member once, so that a candidate of the reference is the work of a trial.
        """
        missing = sum(one.candidates for one in self._left)
        if not missing:
            return []
        told = f"{missing} of {self._scores} scores" if missing < self._scores else counted(missing, "score")
        work = counted(math.ceil(missing / len(self._left)), "trial")
        return [f"{ABOUT}{told} to make, about the work of {work}", *self.time.lines(workers)]


def missing_scores(search: Evolution, label: str, texts: Sequence[str], scores: ScoreStore | None) -> ExpectedScores:
    """Return how many of the candidates a member has still to score, and what one took where scores of it are kept.

    search: by that member, over these candidates; scores: where known ones are
    """
    known = NO_SCORES if scores is None else scores.known(search.config)
    kept = {text for text, _ in known}
    left = {text for text in texts[logged_trials(search.run_dir) :] if text not in kept}
    seconds = [outcome.evaluate_s for outcome in known.values() if outcome.evaluate_s is not None]
    cost = KnownCost(median(seconds), "") if seconds else None
    return ExpectedScores(label, search.run_dir, len(left), cost)
