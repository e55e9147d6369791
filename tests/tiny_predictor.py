"""A predictor that can be worked by hand, and a strategy that has it fitted: for tests of who makes fits, and when.

Letters: N candidates.
"""

import os
import re
import signal
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evo.records.trial import Evaluation, Proposal
from evo.strategies.fitting import FitRequest, FittingStrategy, request_fit
from fitness.predictors.base import FittedState, Floats, Labelled, Predictor, TieredFitted
from tasks.foundation.errors import UsageError

TIERS = 5


def tokens(text: str) -> list[str]:
    """Return the digits and words of a text, each with its place: ``01`` is ``0:0`` and ``1:1``."""
    return [f"{place}:{word}" for place, word in enumerate(re.findall(r"[a-z]\w*|\d", text))]


@dataclass(frozen=True)
class MeanByToken(Predictor):
    """Scores a candidate by the mean label of the labelled ones that share a token, averaged over its tokens.

    fails: what a fit ends with: ``usage``, ``error``, or ``death`` of its process, ``deaths`` times
    folder: where every fit that is begun leaves a file; sleep_s: seconds that one takes
    """

    fails: str = ""
    deaths: int = 0
    folder: str = ""
    sleep_s: float = 0.0

    def fit(self, space: Any, labelled: Labelled, seed: int) -> FittedState:
        begun = self._note()
        if self.fails == "usage":
            raise UsageError("labels: nothing can be learnt of them")
        if self.fails == "error":
            raise ArithmeticError("a matrix is singular\nand this is a second line")
        if begun <= self.deaths:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(self.sleep_s)
        by_token: dict[str, list[float]] = defaultdict(list)
        for text, label in zip(labelled.texts, labelled.labels, strict=True):
            for token in tokens(text):
                by_token[token].append(label)
        names = sorted(by_token)
        means = np.array([np.mean(by_token[name]) for name in names])
        scores = np.sort(_MeansFitted(dict(zip(names, means, strict=True)), np.zeros(0)).scores(labelled.texts))[::-1]
        places = [len(scores) * tier // TIERS - 1 for tier in range(1, TIERS)]
        return FittedState({"means": means, "cuts": scores[places]}, {"tokens": names, "seed": seed})

    def restore(self, space: Any, state: FittedState) -> TieredFitted:
        means = dict(zip(state.notes["tokens"], state.arrays["means"].tolist(), strict=True))
        return _MeansFitted(means, state.arrays["cuts"])

    def _note(self) -> int:
        """Leave a file; returns how many there are then."""
        if not self.folder:
            return 1
        folder = Path(self.folder)
        folder.mkdir(exist_ok=True)
        count = len(list(folder.iterdir())) + 1
        (folder / f"{count}").touch()
        return count


class _MeansFitted(TieredFitted):
    def __init__(self, means: dict[str, float], cuts: Floats) -> None:
        self._means, self._cuts = means, cuts

    def scores(self, texts: Sequence[str]) -> Floats:
        rest = float(np.mean(list(self._means.values())))
        return np.array([np.mean([self._means.get(token, rest) for token in tokens(text)]) for text in texts])

    def tiers(self, texts: Sequence[str]) -> Floats:
        tier = (self.scores(texts)[:, None] < self._cuts).sum(axis=1)
        certain: Floats = np.eye(TIERS)[tier]
        return certain


class Learns(FittingStrategy):
    """Proposes at random until ``refit`` trials were told, then the best predicted of four; fits anew every ``refit``.

    ``heard`` holds what it was asked, told and handed, in order.
    """

    def __init__(
        self, *, refit: int = 4, fails: str = "", deaths: int = 0, folder: str = "", sleep_s: float = 0.0
    ) -> None:
        self.refit = refit
        self.predictor: Predictor = MeanByToken(fails, deaths, folder, sleep_s)
        self._texts: list[str] = []
        self._labels: list[float] = []
        self._fitted: Any = None
        self._due, self._told = False, 0
        self.heard: list[str] = []

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        self.heard.append("ask")
        drawn = [self.space.sample(rng) for _ in range(4)]
        if self._fitted is None:
            return Proposal(drawn[0])
        return Proposal(drawn[int(self._fitted.scores([self.space.encode(one) for one in drawn]).argmax())])

    def tell(self, evaluation: Evaluation) -> None:
        self.heard.append(f"tell {evaluation.trial_id}")
        self._told += 1
        if evaluation.fitness is not None:
            self._texts.append(self.space.encode(evaluation.candidate))
            self._labels.append(evaluation.fitness)
        self._due |= self._told % self.refit == 0

    def fit_request(self) -> FitRequest | None:
        return request_fit(self.predictor, Labelled(tuple(self._texts), tuple(self._labels))) if self._due else None

    def take_fit(self, state: FittedState) -> None:
        self.heard.append(f"fit {len(self._texts)}")
        self._fitted, self._due = self.predictor.restore(self.space, state), False

    def summary_lines(self) -> list[str]:
        return [f"learnt from {len(self._texts)} labels"]
