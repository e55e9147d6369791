"""Boards of twelve candidates by fitnesses whose standing is known: a good one, one that counts, one that fails."""

import numpy as np

from evo.boards.board import Board, BoardColumn, BoardLabels, BoardRows
from evo.records.config import Choice
from evo.scoring.scores import Column
from fitness import EvalContext


class TextLength:
    """Scores a candidate by the length of its text."""

    def __call__(self, candidate: object, context: EvalContext) -> float:
        """Return it."""
        return float(len(context.space.encode(candidate)))


COUNT = 40
LABELS = np.arange(float(COUNT))
RNG = np.random.default_rng(3)
GOOD = LABELS + RNG.normal(size=COUNT)
FAIR = LABELS + 6 * RNG.normal(size=COUNT)
POOR = RNG.random(COUNT)
SIZES = np.where(LABELS < 20, LABELS, 20 + 20 * RNG.random(COUNT))
ROWS = BoardRows(Choice("nasbench201", {"biases": False}), "t.parquet", "B", 7, "noise", "", 3)


def column(label: str, scores: np.ndarray, seconds: float | None = None, **made: object) -> BoardColumn:
    timed = None if seconds is None else np.full(len(scores), seconds)
    return BoardColumn(Column(label, scores, timed), Choice(label), **made)  # type: ignore[arg-type]


GOOD_COLUMN = column(
    "good<b>", GOOD, 8.0, processor="Abacus 3", versions={"selfnas": "0.1.0"}, command="python -m evo.leaderboard"
)
COLUMNS = (
    GOOD_COLUMN,
    column("fair", FAIR, 0.5),
    column("holed", np.where(LABELS % 4 == 0, np.nan, GOOD), 2.0),
    column("params", SIZES),
    column("random", POOR),
)
BOARD = Board("small", ROWS, tuple(f"net<{n}>" for n in range(COUNT)), (BoardLabels("acc", LABELS, "%"),), COLUMNS)
