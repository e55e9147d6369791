"""Correlations: score labelled candidates by several fitnesses, and say how far the ranks agree.

Every fitness is an ordinary run over the same candidates, so that what was scored survives whatever happens.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from evo.correlation.baselines import read_baselines
from evo.correlation.config import (
    CORRELATION,
    CorrelationConfig,
    ResolvedCorrelation,
    encoded,
    resolve_correlation,
)
from evo.correlation.figures import joint
from evo.correlation.findings import Finding, find, rho
from evo.correlation.labels import LabelledSample, LabelledTable, draw_sample
from evo.correlation.reference_lines import reference_lines
from evo.correlation.request import DEFAULT_SAMPLE, DROP, CorrelationRequest
from evo.correlation.request_checks import check_request
from evo.correlation.result_files import holds_another, write_results
from evo.correlation.results import MetricResults
from evo.correlation.seen_labels import seen_notes, seen_rows
from evo.display.readable_numbers import counted
from evo.display.text_table import short
from evo.engine.asking import requested
from evo.engine.data_options import identified
from evo.engine.listed_search import found_lines
from evo.engine.observer import Callback, observers_of
from evo.engine.plugins import build_plugins
from evo.engine.reference_members import check_reference
from evo.records.requests import PluginLike
from evo.scoring.folder import ScoringFolder
from evo.scoring.member import Member
from evo.scoring.scores import Column, read_column
from evo.scoring.scoring import Scoring, Watching, Wording
from evo.storage.score_store import BESIDE, ScoreStore, named_store
from tasks.foundation.figure import Figure
from tasks.foundation.trust import trusting_as_asked

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Correlation:
    """How fitnesses rank labelled candidates.

    path: the folder of scores and results
    results: what was found, metric by metric
    files: the pages to read first
    """

    path: Path
    results: tuple[MetricResults, ...]
    files: tuple[Path, ...]

    @property
    def unscored(self) -> list[str]:
        """The fitnesses that have a score for no candidate."""
        columns = self.results[0].columns
        return [column.label for column in columns if column.failed == len(column.scores)]

    def findings(self, metric: str | None = None) -> Sequence[Finding]:
        """Return the statistics of one metric, by default the first, for every fitness and part of the rows."""
        found = {result.metric: result.findings for result in self.results}
        return found[self.results[0].metric if metric is None else metric]

    def table(self) -> pa.Table:
        """Return every statistic, a row each, with the ends of its 95 % interval."""
        return pa.Table.from_pylist([row for result in self.results for row in result.rows()])

    def drawn(self, path: Path) -> "Correlation":
        """Write one figure of everything, of the kind that its name ends in, and return this with it among the files.

        Raises UsageError for another kind, or for one that needs a library which is not there.
        """
        Figure(joint(self.results)).save(path, force=True)
        logger.info("%s", path)
        return replace(self, files=(*self.files, path))

    def __str__(self) -> str:
        """Return the tables as text."""
        return "\n\n".join(map(str, self.results))

    def _repr_html_(self) -> str:
        return "".join(result.to_html() for result in self.results)


def correlate(
    *,
    space: PluginLike,
    fitness: PluginLike | Sequence[PluginLike],
    table: str | Path,
    metric: str,
    callbacks: Sequence[Callback] = (),
    progress: bool = False,
    **asked: Any,
) -> Correlation:
    """Return how one or several fitnesses rank the labelled candidates of a table; as ``python -m evo.correlate``.

    space, fitness: a name, ``name(option=value, ...)``, ``module:attribute``, a class, or an object; or a list
    table: a .csv or .parquet file of candidates and their labels; metric: the column of labels
    sample, rows, rows_seed, lower_is_better, failed, figure, seed, data, options, trial_timeout, run_dir, scores: see
    ``CorrelationRequest``; workers, gpus_per_worker, address: see ``Placement``
    callbacks: observers, or functions that are called with the run and a finished trial; they see every fitness's run
    progress: whether to show on standard error how far it has come

    The same call takes up a correlation that was stopped. Raises UsageError for bad input, with nothing written,
    FailedRunError where it cannot go on, and KeyboardInterrupt, with every score saved.
    """
    given = {"space": space, "fitness": fitness, "table": table, "metric": metric, **asked}
    watching = Watching(observers_of(callbacks), progress)
    return run_correlation(requested(CorrelationRequest, given), watching=watching)


@trusting_as_asked
def run_correlation(request: CorrelationRequest, *, watching: Watching | None = None) -> Correlation:
    """Run or resume the correlation that a request describes; raises as ``correlate`` does."""
    tables = check_request(request)
    resolved = resolve_correlation(request, tables[0].stated)
    config = resolved.config
    folder = ScoringFolder(
        request.run_dir or config.default_folder(_rows(tables[0], config)), config.to_json(), CORRELATION
    )
    count = _sample_size(request.sample, folder.stored_count(), tables[0], config)
    labelled = [_labelled(table, count, config, lower=request.lower_is_better) for table in tables]
    scores = named_store(request.scores, folder.path.parent / BESIDE)
    members = _members(resolved, folder, scores, download=request.download)
    texts = encoded(labelled[0].sample.texts, members[0].plugins.space, config)
    headline = f"{counted(len(members), 'fitness', 'fitnesses')}, {len(texts)} candidates each"
    seen = [note for member in members for note in _seen(member, texts)]
    resolved = replace(resolved, notes=(*resolved.notes, *seen))
    scored = _Scored(request, resolved, folder.path, labelled, texts)
    scoring = Scoring(folder, texts, members, Wording(headline, scored.describe))
    scoring.run(request.placement, trial_timeout=request.trial_timeout, watching=watching)
    with scoring.saved():
        found = scored.compare(members)
        return found if request.figure is None else found.drawn(request.figure)


@dataclass(frozen=True)
class _LabelledMetric:
    """The candidates with the labels of one metric, and the labels' unit where the table says it."""

    metric: str
    sample: LabelledSample
    unit: str | None


@dataclass(frozen=True)
class _Scored:
    """The candidates of a correlation, on their way to its results."""

    request: CorrelationRequest
    resolved: ResolvedCorrelation
    path: Path
    labelled: Sequence[_LabelledMetric]
    texts: Sequence[str]

    def describe(self, member: Member) -> str:
        """Return what one fitness's scores amount to, in a line."""
        column = self._column(member)
        found = rho(column, self.labelled[0].sample.labels, drop=self.request.failed == DROP)
        return (
            f"{member.label}: spearman {short(found)}, {short(column.seconds_each, 2)} {column.unit} each, "
            f"{column.failed} of {len(self.texts)} without a score"
            + "".join(f", {line}" for line in found_lines(member.folder, member.scores))
        )

    def compare(self, members: Sequence[Member]) -> Correlation:
        """Work out, write and tell what the scores amount to, metric by metric."""
        listed, runs = [self._column(member) for member in members], [member.folder for member in members]
        baselines = read_baselines(listed, runs, self.texts, members[0].plugins, seed=self.resolved.config.seed)
        references = reference_lines(members)
        found = [self._results(labelled, [*listed, *baselines]) for labelled in self.labelled]
        results = tuple(replace(result, references=references) for result in found)
        files: list[Path] = []
        for result in results:
            several = len(results) > 1 or holds_another(self.path, result.metric)
            written = write_results(self.path, result, beside_others=several)
            logger.info("%s", "\n".join(["", str(result), "", *map(str, written)]))
            files += written
        return Correlation(self.path, results, tuple(files))

    def _results(self, labelled: _LabelledMetric, columns: Sequence[Column]) -> MetricResults:
        config, sample = replace(self.resolved.config, metric=labelled.metric), labelled.sample
        lower, failed = self.request.lower_is_better, self.request.failed
        findings = find(columns, sample.labels, drop=failed == DROP)
        return MetricResults(
            config, sample, columns, findings, failed, labelled.unit, lower_is_better=lower, about=self.resolved.notes
        )

    def _column(self, member: Member) -> Column:
        return read_column(member.label, member.folder, len(self.texts))


def _seen(member: Member, texts: Sequence[str]) -> list[str]:
    """Return what to say of the rows whose labels a fitness knows."""
    found = seen_rows(member, texts)
    return seen_notes(member.label, len(found.texts), unsure=found.unsure)


def _rows(table: LabelledTable, config: CorrelationConfig) -> list[str]:
    """Return the texts of all rows that may be drawn, in order."""
    return [table.texts[row] for row in table.rows(config.half, seed=config.rows_seed)]


def _sample_size(asked: int | None, stored: int | None, table: LabelledTable, config: CorrelationConfig) -> int:
    if asked is not None:
        return asked
    return stored or min(DEFAULT_SAMPLE, len(table.rows(config.half, seed=config.rows_seed)))


def _labelled(table: LabelledTable, count: int, config: CorrelationConfig, *, lower: bool) -> _LabelledMetric:
    sample = draw_sample(table, count, config.half, seed=config.rows_seed)
    return _LabelledMetric(table.metric, sample.negated() if lower else sample, table.unit)


def _members(
    resolved: ResolvedCorrelation, folder: ScoringFolder, scores: ScoreStore | None, *, download: bool
) -> list[Member]:
    """Return the fitnesses, ready to run; raises UsageError where one refuses the space."""
    config, members = resolved.config, []
    for fitness, own, name in zip(config.fitnesses, resolved.own, config.member_folders(), strict=True):
        search = config.search(fitness, folder.candidates.absolute(), own.unnamed)
        plugins = build_plugins(search, objects=own.made, download=download)
        search = identified(search, plugins.images)
        check_reference(search, plugins, own.made)
        members.append(Member(fitness.label, folder.path / name, search, plugins, own.made, scores))
    return members
