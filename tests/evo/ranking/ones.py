"""Predictors of bit strings that can be worked by hand, a table to fit them to, and rankers made of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evo.ranking.ranker import Ranker
from fitness.predictors.base import Fitted, FittedState, Floats, Labelled, Predictor, TieredFitted
from fitness.predictors.origin import check_origin, origin_of
from tests.fitness.predictors.mean_predictor import read

SPACE, ONES, TIERED = "tests.toy:BitStrings", "tests.evo.ranking.ones:Ones", "tests.evo.ranking.ones:TieredOnes"
TEXTS = [f"{number:010b}" for number in range(40)]


class FittedOnes(Fitted):
    """Scores a string by how often it has a one, times a sign."""

    def __init__(self, sign: float) -> None:
        self.sign = sign

    def scores(self, texts: Sequence[str]) -> Floats:
        return np.array([self.sign * text.count("1") for text in texts])


class FittedTiers(FittedOnes, TieredFitted):
    """Puts a string of no one into the last tier, of four or more into the first, with probability .6."""

    def tiers(self, texts: Sequence[str]) -> Floats:
        return np.array([np.where(np.arange(5) == 4 - min(text.count("1"), 4), 0.6, 0.1) for text in texts])


@dataclass(frozen=True, kw_only=True)
class Ones(Predictor):
    """Learns the sign of the labels' mean."""

    label: str = ""
    boost: float = 1.0

    def accepts(self, space: object) -> str | None:
        return "it counts ones" if type(space).__name__ == "MirroredBitStrings" else None

    def fit(self, space: Any, labelled: Labelled, seed: int) -> FittedState:
        labelled.check_learnable(6)
        sign = np.array(np.sign(np.mean(labelled.labels)) * self.boost + 0.0 * seed)
        return FittedState({"sign": sign}, origin_of(self, space, labelled, read))

    def restore(self, space: Any, state: FittedState) -> Fitted:
        check_origin(self, space, state, read)
        return FittedOnes(float(state.arrays["sign"]))


class TieredOnes(Ones):
    """Knows tiers, too."""

    def restore(self, space: Any, state: FittedState) -> Fitted:
        check_origin(self, space, state, read)
        return FittedTiers(float(state.arrays["sign"]))


def table(path: Path, *, sign: int = 1) -> Path:
    """Write forty strings with their numbers of ones, one without; ``half`` is the same of the first twenty."""
    rows = [
        f"{text},{sign * (text.count('1') + 1)},{number if number < 20 else ''},7" for number, text in enumerate(TEXTS)
    ]
    rows[5] = f"{TEXTS[5]},nan,5,7"
    path.write_text("\n".join(["candidate,ones,half,same", *rows]) + "\n")
    return path


def ranker(path: Path, *, predictor: str = TIERED, sample: int = 12) -> Ranker:
    """Return a ranker that was fitted to some of such a table."""
    return Ranker.fit(space=SPACE, table=table(path), metric="ones", predictor=predictor, sample=sample)
