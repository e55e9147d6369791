"""Fits a ranker to labelled candidates."""

import logging
import time
from dataclasses import dataclass

from evo.correlation.candidate_texts import encoded_texts
from evo.correlation.labels import LabelledSample, draw_sample
from evo.display.readable_numbers import counted
from evo.engine.choices import Chosen
from evo.ranking.label_source import LabelSource
from evo.ranking.learnt import Learnt, Took
from evo.ranking.parts import asked_predictor, asked_space, made_predictor, made_space
from evo.ranking.ranker_notes import RankerNotes
from evo.ranking.request import FitRankerRequest
from evo.ranking.request_checks import check_fit
from evo.ranking.sources import read_source
from evo.records.config import Choice
from fitness.predictors.base import Labelled
from fitness.predictors.learnt_members import with_members
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import trusting_as_asked

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Meant:
    """What a request means."""

    source: LabelSource
    sample: LabelledSample
    space: Chosen
    predictor: Chosen
    request: FitRankerRequest

    @property
    def seed(self) -> int:
        """Of the fit."""
        return self.request.seed

    @property
    def where(self) -> str:
        """What the rows are of, e.g. ``t.csv``, or ``t.csv, half A, order 3``."""
        half = f", half {self.request.rows}" if self.request.rows else ""
        return f"{self.source.path.name}{half}{f', order {self.request.rows_seed}' if self.request.rows_seed else ''}"

    @property
    def rows(self) -> str:
        """Which rows of what, in words."""
        labelled = len(self.source.rows.rows(self.request.rows, seed=self.request.rows_seed))
        return f"{len(self.sample.texts)} of {labelled} labelled rows of {self.where}"

    def notes(self) -> RankerNotes:
        """Return what is kept of it."""
        return RankerNotes(
            label=self.source.kind,
            source=self.where,
            members=len(self.sample.texts),
            seed=self.seed,
            space=_by_name(self.space),
            predictor=_by_name(self.predictor),
        )


@trusting_as_asked
def fit_ranker(request: FitRankerRequest) -> Learnt:
    """Return a predictor that has learnt the labels that are asked for; nothing is written.

    Raises UsageError for bad input: a name, a file, a space that cannot be ranked, labels that teach nothing.
    """
    check_fit(request)
    source = read_source(request)
    sample = drawn(source, request)
    space, notes = asked_space(request.space, request.options.get("space", {}), source)
    predictor = asked_predictor(request.predictor, request.options.get("predictor", {}), source.kind)
    meant = _Meant(source, sample, space, predictor, request)
    for note in notes:
        logger.info("%s", note)
    return _fitted(meant)


def drawn(source: LabelSource, request: FitRankerRequest) -> LabelledSample:
    """Return the rows that are asked for, all where no number is; raises UsageError where there are not so many."""
    rows = source.rows.rows(request.rows, seed=request.rows_seed)
    count = len(rows) if request.sample is None else request.sample
    return draw_sample(source.rows, count, request.rows, seed=request.rows_seed)


def _fitted(meant: _Meant) -> Learnt:
    space, model = made_space(meant.space), made_predictor(meant.predictor)
    named, predictor = meant.space.choice.name, meant.predictor.choice.name
    if reason := model.accepts(space):
        raise UsageError(f"predictor {predictor!r} cannot rank space {named!r}: {reason}")
    texts = encoded_texts(meant.sample.texts, space, where=str(meant.source.path), named=named)
    without = meant.sample.without_label
    left_out = f"; {counted(without, 'row')} without a label left out" if without else ""
    logger.info("%s: fitting %s, label %s, seed %d%s", meant.rows, predictor, meant.source.kind, meant.seed, left_out)
    begun, worked = time.monotonic(), time.process_time()
    state = model.fit(space, Labelled(tuple(texts), tuple(meant.sample.labels.tolist())), meant.seed)
    took = Took(time.monotonic() - begun, time.process_time() - worked)
    notes = meant.notes()
    kept = with_members(notes.noted(state), space, texts)
    return Learnt(space, named, predictor, model.restore(space, kept), kept, notes, took)


def _by_name(chosen: Chosen) -> Choice | None:
    return chosen.choice if chosen.by_name else None
