"""What a ranker says of candidates, the best first.

Letters: N candidates, T tiers.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from evo.correlation.labels import LabelledTable
from evo.display.readable_numbers import counted
from evo.display.text_table import Table, filled, short, to_text
from evo.ranking.learnt import Learnt
from evo.ranking.request import SHOWN, PredictRequest
from evo.ranking.request_checks import PREDICTIONS, check_file, check_prediction
from fitness.predictors.base import Floats, TieredFitted
from spaces import CandidateTable, PreparedSpace, TableInfo, draw_distinct
from spaces.tables.table_writing import write_table
from tasks import derive_rng
from tasks.foundation.errors import UsageError


@dataclass(frozen=True)
class Predictions:
    """Candidates, the best first.

    scores: [N], higher is better; chances: [N, T], the probability of each tier, the best tier first, None where the
    predictor knows no tiers
    by: the ranker in a line; space: its name; listed: whether the candidates were named one by one
    """

    texts: tuple[str, ...]
    scores: Floats
    chances: Floats | None
    by: str
    space: str
    listed: bool = False

    @property
    def tiers(self) -> NDArray[np.int64] | None:
        """The likeliest tier [N] of each, 1 the best; None where the predictor knows none."""
        return None if self.chances is None else self.chances.argmax(1) + 1

    def columns(self) -> Mapping[str, NDArray[np.float64]]:
        """Return numbers [N] by name: ``score`` and, where there are tiers, ``tier``, ``tier_1`` and so on."""
        found: dict[str, NDArray[np.float64]] = {"score": self.scores}
        if self.chances is not None and self.tiers is not None:
            found["tier"] = self.tiers.astype(np.float64)
            found |= {f"tier_{place}": self.chances[:, place - 1] for place in range(1, self.chances.shape[1] + 1)}
        return found

    def write(self, path: str | Path, *, force: bool = False) -> Path:
        """Write a table of candidates, Parquet or CSV; raises UsageError where it cannot be.

        force: whether to replace a file
        """
        check_file(Path(path), PREDICTIONS, force=force)
        info = TableInfo(space=self.space, source=self.by)
        write_table(Path(path), info, list(self.texts), self.columns())
        return Path(path)

    def __str__(self) -> str:
        """Return the best as a table."""
        shown = len(self.texts) if self.listed else min(SHOWN, len(self.texts))
        columns = self.columns()
        rows = tuple(
            (text, *(_shown(name, values[place]) for name, values in columns.items()))
            for place, text in enumerate(self.texts[:shown])
        )
        said = "" if shown == len(self.texts) else f", {shown} of them"
        title = f"{counted(len(self.texts), 'candidate')}, the best first{said}"
        return "\n".join([*filled(self.by), "", to_text(Table(title, ("", *columns), rows))])


def predict(learnt: Learnt, request: PredictRequest) -> Predictions:
    """Return what a ranker says of the candidates that are asked for; raises UsageError for a text that is none."""
    check_prediction(request)
    texts = learnt.encoded(*_asked(learnt, request))
    scores = learnt.fitted.scores(texts)
    chances = learnt.fitted.tiers(texts) if isinstance(learnt.fitted, TieredFitted) else None
    order = np.argsort(-scores, kind="stable")[: request.top]
    return Predictions(
        tuple(texts[place] for place in order),
        scores[order],
        None if chances is None else chances[order],
        learnt.describe(),
        learnt.named,
        bool(request.candidates),
    )


def _asked(learnt: Learnt, request: PredictRequest) -> tuple[Sequence[str], str]:
    """Return candidates' texts, and what gave them."""
    if request.candidates:
        return list(request.candidates), "candidate"
    if request.table is not None:
        return _of_table(request, request.table), f"--table {request.table}"
    count = request.random or 0
    drawn = _drawn(learnt, count, seed=request.seed)
    if len(drawn) < count:
        raise UsageError(f"--random {count}: only {len(drawn)} different candidates were found; ask for at most those")
    return drawn, "--random"


def _of_table(request: PredictRequest, path: Path) -> list[str]:
    try:
        table = CandidateTable(path)
    except UsageError as error:
        raise UsageError(f"--table {error}") from error
    texts = table.candidates()
    rows = LabelledTable(path.stem, "", texts, np.zeros(len(texts))).rows(request.rows, seed=request.rows_seed)
    if request.sample is not None and not 1 <= request.sample <= len(rows):
        raise UsageError(f"--sample {request.sample}: must be 1 to {len(rows)}, the rows of {path}")
    return [texts[row] for row in rows[: request.sample]]


def _drawn(learnt: Learnt, count: int, *, seed: int) -> list[str]:
    with ExitStack() as stack:
        if isinstance(learnt.space, PreparedSpace):
            learnt.space.prepare(Path(stack.enter_context(TemporaryDirectory())))
        found = draw_distinct(learnt.space, count, derive_rng(seed, "rank", "candidates"))
        return [learnt.space.encode(candidate) for candidate in found]


def _shown(name: str, value: float) -> str:
    if name == "tier":
        return str(int(value))
    return short(value, 2 if name.startswith("tier_") else 4)
