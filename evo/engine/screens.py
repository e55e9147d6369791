"""The cheap scores that a strategy asks for: made by the search's workers, kept in the run's folder, and handed over.

They are lines of one file, each there as soon as it is known, so that a run that is taken up again makes none twice. A
line that a kill cut short, or that is damaged, is made again. Times are seconds.
"""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evo.display.readable_numbers import counted
from evo.records.failures import ContractError
from evo.records.trial import Finished, Status, Trial, evaluation_seed
from evo.strategies.base import SearchStrategy
from evo.strategies.screening import ScreeningStrategy, ScreenRequest, wanted_screen
from spaces import SearchSpace

SCREENS = "screens.jsonl"
"""File in a run's folder of the cheap scores."""


class Screens:
    """Answers what a strategy asks for: from the run's folder, or by workers, whose scores it keeps there."""

    def __init__(self, run_dir: Path, space: SearchSpace[Any], key_of: Callable[[Any], str], seed: int) -> None:
        """Touch nothing yet; key_of: identity of a candidate; seed: of the run."""
        self._path, self._space, self._key_of, self._seed = run_dir / SCREENS, space, key_of, seed
        self._known: dict[tuple[str, str], float | None] | None = None
        self._pending: dict[int, tuple[str, str]] = {}
        self._submitted, self._made, self._used, self._seconds = 0, 0, 0, 0.0
        self._by = ""

    @property
    def running(self) -> bool:
        """Whether scores are waited for."""
        return bool(self._pending)

    def settled(self, strategy: SearchStrategy, submit: Callable[[Trial], None]) -> bool:
        """Hand over the scores that are known, and have the others made; returns whether none is waited for.

        Raises ContractError where a strategy goes on asking for what it was handed.
        """
        request = None if self.running else wanted_screen(strategy)
        if request is None or not isinstance(strategy, ScreeningStrategy):
            return not self.running
        keys = [(request.fitness, self._key_of(candidate)) for candidate in request.candidates]
        self._begin(request, keys, submit)
        if self.running:
            return False
        self._by, self._used = request.fitness, self._used + len(keys)
        strategy.take_screen([self._scores()[key] for key in keys])
        if wanted_screen(strategy) is not None:
            raise ContractError("the strategy's screen_request() asks for more after take_screen(); ask() has to")
        return True

    def take(self, finished: Finished) -> bool:
        """Keep a score where it is one of these; returns whether it is, raises OSError from the disk."""
        key = self._pending.pop(finished.trial.trial_id, None)
        if key is not None:
            outcome = finished.outcome
            score = outcome.fitness if outcome.status is Status.COMPLETED else None
            self._scores()[key] = score
            self._made, self._seconds = self._made + 1, self._seconds + (outcome.evaluate_s or 0.0)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps([*key, score]) + "\n")
        return finished.trial.screen is not None

    def cancel(self) -> None:
        """Wait for none any more."""
        self._pending.clear()

    def lines(self) -> list[str]:
        """Return how many candidates were screened, in a line; no line for none."""
        if not self._used:
            return []
        kept = "" if self._made else ", all found in the run's folder"
        compared = counted(self._used, "candidate")
        took = f"in {self._seconds:.3g} s" if self._made else "in no time"
        return [f"screened: {compared} by {self._by}, {self._made:,} scored {took}{kept}; none of them trials"]

    def _begin(self, request: ScreenRequest, keys: list[tuple[str, str]], submit: Callable[[Trial], None]) -> None:
        known, new = self._scores(), dict(zip(keys, request.candidates, strict=True))
        for key, candidate in new.items():
            if key not in known:
                self._submitted += 1
                number, text = -self._submitted, self._space.encode(candidate)
                self._pending[number] = key
                seed = evaluation_seed(self._seed, key[1])
                submit(Trial(number, None, candidate, text, key[1], seed, screen=request.fitness))

    def _scores(self) -> dict[tuple[str, str], float | None]:
        if self._known is None:
            content = self._path.read_text(encoding="utf-8", errors="replace") if self._path.is_file() else ""
            if content and not content.endswith("\n"):
                with self._path.open("a", encoding="utf-8") as file:
                    file.write("\n")
            self._known = dict(filter(None, map(_read, content.splitlines())))
        return self._known


def _read(line: str) -> tuple[tuple[str, str], float | None] | None:
    """Return what a line keeps, None where it is damaged."""
    try:
        fitness, key, score = json.loads(line)
        number = None if score is None else float(score)
    except (ValueError, TypeError):
        return None
    sound = isinstance(fitness, str) and isinstance(key, str) and (number is None or math.isfinite(number))
    return ((fitness, key), number) if sound else None
