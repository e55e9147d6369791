"""How well a ranker ranks labelled candidates that it has not learnt from, beside counting parameters.

Where its file does not say whom it has learnt from, all are ranked, and it is said that some may be among them.

Letters: N candidates, T tiers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from evo.correlation.labels import FEWEST_ROWS
from evo.display.readable_numbers import counted
from evo.display.text_table import Table, filled, short, show, to_markdown, to_text
from evo.ranking.counting import parameters
from evo.ranking.label_source import LabelSource
from evo.ranking.learnt import Learnt
from evo.ranking.ranker_notes import RankerNotes, check_label
from evo.ranking.request import EvaluateRequest
from evo.ranking.request_checks import STATISTICS, check_evaluation, check_file
from evo.ranking.sources import read_source
from evo.ranking.statistics import CORRELATIONS, PICKED, RATES, TOP, Quality, quality
from evo.storage.durable_files import write_text
from fitness import Interval
from fitness.predictors.base import Labelled, TieredFitted
from fitness.predictors.calibration import calibration_error
from fitness.predictors.tiers import tiers_of
from tasks.foundation.errors import UsageError
from tasks.foundation.markup import plain_markdown
from tasks.foundation.whole_files import replacing

COUNTING = "params"
UNTRUE = 0.1
HOLD_OUT = "Miscalibrated: hold members out to calibrate them, ranker(validation=N)."
"""What to do where the calibration error is above ``UNTRUE``."""
TIERS_TOLD = "by a ranker of tiers as it learnt them, by any other and by counting as fifths of these rows by score"
ENDS = ("value", "low", "high")
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("column", "label")),
        *((name, pa.int64()) for name in ("rows", "left_out")),
        ("statistic", pa.string()),
        *((name, pa.float64()) for name in ENDS),
    ]
)
"""Of every number in a table."""


@dataclass(frozen=True)
class RankerEvaluation:
    """What was found on candidates that were not learnt from, as far as that is known.

    columns: how well each ranks them, by name: the predictor and, where networks can be counted, ``params``
    rows: of them; left_out: candidates that were met on the way and had been learnt from, None where the ranker does
    not say of any whether it has learnt from it
    calibration: expected calibration error of the tiers' probabilities, None where the predictor knows no tiers
    label: what the labels are; source: where they come from; by: the ranker in a line; about: what to say of the labels
    """

    columns: Mapping[str, Quality]
    rows: int
    left_out: int | None
    calibration: float | None
    label: str
    source: str
    by: str
    about: Sequence[str] = ()

    @property
    def predictor(self) -> str:
        """The name of the predictor."""
        return next(iter(self.columns))

    @property
    def headline(self) -> str:
        """What was held against what, in a line."""
        return f"{self.label} of {self.source}, {counted(self.rows, 'row')}{self._unseen}; {self.by}"

    @property
    def notes(self) -> list[str]:
        """What a reader must know to trust the numbers."""
        notes = [*self.about]
        if self.left_out is None:
            notes.append(
                "It is not known which rows the ranker has learnt from; if from these, its figures are too high."
            )
        if self.left_out:
            notes.append(f"{counted(self.left_out, 'row')} left out: the ranker has learnt from them.")
        if self.calibration is not None:
            cure = f" {HOLD_OUT}" if self.calibration > UNTRUE else ""
            notes.append(f"Probabilities of tiers: expected calibration error {short(self.calibration)}.{cure}")
        if COUNTING in self.columns:
            less = self.columns[self.predictor].less(self.columns[COUNTING])
            said = ", ".join(f"{name} {_signed(found)}" for name, found in less.items())
            notes.append(f"Less counting {COUNTING}, on the same rows: {said}.")
        notes.append(
            "Intervals: 95 %, percentiles of resampled rows. tiers right: share of rows in the tier, a fifth by label, "
            f"that was predicted: {TIERS_TOLD}; best {TOP} %: share of the true best {TOP} % among the predicted; best "
            f"of {PICKED}: the best true rank among the {PICKED} of the highest scores."
        )
        return notes

    def table(self) -> pa.Table:
        """Return every number, a row each: column, statistic, value and, of a correlation, low and high."""
        return pa.Table.from_pylist(list(self._rows()), schema=SCHEMA)

    def write(self, path: str | Path, *, force: bool = False) -> Path:
        """Write what was found: .parquet, a row for each number, or .md; raises UsageError where it cannot be.

        force: whether to replace a file
        """
        path = Path(path)
        check_file(path, STATISTICS, force=force)
        if path.suffix.lower() == ".md":
            notes = "\n".join(f"- {plain_markdown(note)}" for note in self.notes)
            write_text(path, f"{to_markdown(self._shown(self.headline))}\n\n{notes}\n")
            return path
        with replacing(path) as aside:
            pq.write_table(self.table(), aside)
        return path

    def __str__(self) -> str:
        """Return the numbers as a table, and what to know of them."""
        lines = [line for note in (self.headline, *self.notes) for line in filled(note)]
        return "\n".join([*lines, "", to_text(self._shown(f"rows{self._unseen}"))])

    @property
    def _unseen(self) -> str:
        return "" if self.left_out is None else " not learnt from"

    def _shown(self, title: str) -> Table:
        rows = tuple(
            (label, *(show(found.intervals[name]) for name in CORRELATIONS), *_rates(found))
            for label, found in self.columns.items()
        )
        return Table(title, ("", *CORRELATIONS, *RATES), rows)

    def _rows(self) -> Iterator[dict[str, Any]]:
        about = {"label": self.label, "rows": self.rows, "left_out": self.left_out}
        for label, found in self.columns.items():
            numbers = {name: found.intervals[name].to_json() for name in CORRELATIONS}
            numbers |= {name: [rate, None, None] for name, rate in found.rates.items()}
            if label == self.predictor and self.calibration is not None:
                numbers["calibration error"] = [self.calibration, None, None]
            for name, ends in numbers.items():
                yield {"column": label, **about, "statistic": name, **dict(zip(ENDS, ends, strict=True))}


def evaluate(request: EvaluateRequest, learnt: Learnt, *, path: object = "the ranker") -> RankerEvaluation:
    """Return how well a ranker ranks the labelled candidates that are asked for, those aside that it learnt from.

    path: of its file, for messages

    Raises UsageError for a file that cannot be read, labels of another kind, and too few rows or equal labels.
    """
    check_evaluation(request)
    source = read_source(request, learnt=learnt.notes.label)
    check_label(path, learnt.notes, source.kind, other=request.other_labels)
    rows, left_out = _unseen(learnt, source, request)
    labels = np.array(rows.labels)
    columns, calibration = _judged(learnt, rows.texts, labels)
    return RankerEvaluation(
        columns,
        len(labels),
        left_out,
        calibration,
        source.kind,
        source.path.name,
        learnt.describe(),
        _other_labels(learnt.notes, source.kind),
    )


def _other_labels(notes: RankerNotes, kind: str) -> list[str]:
    if not notes.label:
        return ["The ranker may have learnt other labels: it does not say which."]
    return [] if kind == notes.label else [f"The ranker learnt other labels: {notes.label}."]


def _judged(learnt: Learnt, texts: Sequence[str], labels: Any) -> tuple[dict[str, Quality], float | None]:
    tiers = calibration = None
    if isinstance(learnt.fitted, TieredFitted):
        chances = learnt.fitted.tiers(texts)
        tiers = chances.argmax(1)
        calibration = calibration_error(chances, tiers_of(labels.tolist()))
    found = {learnt.predictor: quality(learnt.fitted.scores(texts), labels, tiers)}
    sizes = parameters(learnt.space, texts)
    if sizes is not None:
        found[COUNTING] = quality(sizes, labels)
    return found, calibration


def _unseen(learnt: Learnt, source: LabelSource, request: EvaluateRequest) -> tuple[Labelled, int | None]:
    """Return as many rows as are asked for, in the table's shuffled order, without those that were learnt from.

    Beside them, how many of these were met on the way; all and None where it is not known which were learnt from.
    """
    numbers = source.rows.rows(request.rows, seed=request.rows_seed)
    texts = learnt.encoded([source.rows.texts[row] for row in numbers], str(source.path))
    told = learnt.knows(texts)
    known = np.zeros(len(texts), bool) if told is None else told
    kept = np.flatnonzero(~known)[: request.sample]
    asked = FEWEST_ROWS if request.sample is None else max(request.sample, FEWEST_ROWS)
    if len(kept) < asked:
        seen = "" if told is None else f", of which the ranker learnt from {told.sum()}"
        others = "are needed" if told is None else "others are needed"
        raise UsageError(f"{source.path}: {len(numbers)} rows with {source.kind}{seen}: {asked} {others}")
    labels = source.rows.labels[numbers[kept]]
    if np.ptp(labels) == 0:
        raise UsageError(f"{source.path}: {source.kind} is {labels[0]:g} in all {len(kept)} rows; nothing is ranked")
    passed = len(numbers) if request.sample is None else int(kept[-1]) + 1
    left_out = None if told is None else int(told[:passed].sum())
    return Labelled(tuple(texts[row] for row in kept), tuple(labels.tolist())), left_out


def _rates(found: Quality) -> Iterator[str]:
    *shares, rank = found.rates.values()
    yield from (short(share) for share in shares)
    yield f"{rank:.0f}"


def _signed(less: Interval) -> str:
    return f"{'+' if less.value > 0 else ''}{show(less)}"
