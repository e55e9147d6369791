"""One correlation from the command line: check everything, score on one Ray session, compare, write.

Every fitness is an ordinary run over the same candidates, so that what was scored survives whatever happens.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evo.commands.correlate_options import DEFAULT_SAMPLE, DROP, PROGRAM
from evo.correlation.baselines import read_baselines
from evo.correlation.findings import find
from evo.correlation.labels import LabelledSample, LabelledTable, draw_sample, read_labels
from evo.correlation.request import CORRELATION, Request, request_from
from evo.correlation.results import Results, write_results
from evo.correlation.tables import brief_tables
from evo.engine.plugins import build_plugins
from evo.engine.text_table import short, to_text
from evo.scoring.folder import SeriesFolder
from evo.scoring.member import Member
from evo.scoring.scores import Column, read_column
from evo.scoring.scoring import Series, Wording
from fitness.rank_correlation.rank_statistics import spearman
from spaces import SPACES
from tasks.foundation.command_line import DONE, FAILED, say
from tasks.foundation.errors import UsageError


@dataclass(frozen=True)
class Labelled:
    """The candidates with the labels of one metric, and the labels' unit where the table says it."""

    metric: str
    sample: LabelledSample
    unit: str | None


def run_correlation(options: argparse.Namespace) -> int:
    """Run or resume the correlation that the options describe; returns the exit code, raises UsageError."""
    request = request_from(options)
    tables = read_labels(options.table, request.metrics)
    folder = SeriesFolder(options.run_dir or request.default_folder(), request.to_json(), CORRELATION)
    count = _sample_size(options.sample, folder.stored_count(), tables[0], request)
    labelled = [_labelled(table, count, request, lower=options.lower_is_better) for table in tables]
    texts = _encoded(labelled[0].sample, request)
    members = _members(request, folder, download=options.download)
    correlation = Correlation(request, folder, labelled, texts)
    headline = f"{len(members)} fitnesses, {len(texts)} candidates each"
    series = Series(folder, texts, members, Wording(PROGRAM, headline, correlation.describe))
    return series.run(options, lambda: correlation.report(members, options))


class Correlation:
    """Several fitnesses on the same candidates."""

    def __init__(
        self, request: Request, folder: SeriesFolder, labelled: Sequence[Labelled], texts: Sequence[str]
    ) -> None:
        """Take what is needed."""
        self._request = request
        self._folder = folder
        self._labelled = labelled
        self._texts = texts

    def describe(self, member: Member) -> str:
        """Return what one fitness's scores amount to, in a line."""
        column = self._column(member)
        scored = column.scores == column.scores
        labels = self._labelled[0].sample.labels
        rho = spearman(column.scores[scored], labels[scored]) if scored.any() else None
        return (
            f"{member.label}: spearman {short(rho)}, {short(column.seconds_each, 2)} s each, "
            f"{column.failed} of {len(self._texts)} without a score"
        )

    def report(self, members: Sequence[Member], options: argparse.Namespace) -> int:
        """Print and write what the scores amount to, metric by metric; returns the exit code."""
        listed, runs = [self._column(member) for member in members], [member.folder for member in members]
        baselines = read_baselines(listed, runs, self._texts, members[0].plugins, seed=self._request.seed)
        for labelled in self._labelled:
            self._report(labelled, [*listed, *baselines], options)
        return FAILED if any(column.failed == len(self._texts) for column in listed) else DONE

    def _report(self, labelled: Labelled, columns: Sequence[Column], options: argparse.Namespace) -> None:
        request, sample = replace(self._request, metric=labelled.metric), labelled.sample
        findings = find(columns, sample.labels, drop=options.failed == DROP)
        lower, failed = options.lower_is_better, options.failed
        results = Results(request, sample, columns, findings, failed, labelled.unit, lower_is_better=lower)
        written = write_results(self._folder.path, results, beside_others=len(self._labelled) > 1)
        say("\n".join(["", results.headline, *results.notes]))
        say("\n".join("\n" + to_text(table) for table in brief_tables(findings, columns)))
        say("\n".join(["", *map(str, written)]))

    def _column(self, member: Member) -> Column:
        return read_column(member.label, member.folder, len(self._texts))


def _sample_size(asked: int | None, stored: int | None, table: LabelledTable, request: Request) -> int:
    if asked is not None:
        return asked
    return stored or min(DEFAULT_SAMPLE, len(table.rows(request.half, seed=request.rows_seed)))


def _labelled(table: LabelledTable, count: int, request: Request, *, lower: bool) -> Labelled:
    sample = draw_sample(table, count, request.half, seed=request.rows_seed)
    return Labelled(table.metric, sample.negated() if lower else sample, table.unit)


def _encoded(sample: LabelledSample, request: Request) -> list[str]:
    """Return the candidates as the space writes them; raises UsageError for the first that it refuses."""
    space = SPACES.build(request.space.name, request.space.options)
    texts = []
    for text in sample.texts:
        try:
            texts.append(space.encode(space.decode(text)))
        except ValueError as error:
            raise UsageError(
                f"--table {request.table}: {text!r} is no candidate of space {request.space.name!r}: {error}"
            ) from error
    return texts


def _members(request: Request, folder: SeriesFolder, *, download: bool) -> list[Member]:
    """Return the fitnesses, ready to run; raises UsageError where one refuses the space."""
    members = []
    for fitness, name in zip(request.fitnesses, request.member_folders(), strict=True):
        config = request.config(fitness, folder.candidates.absolute())
        members.append(Member(fitness.label, folder.path / name, config, build_plugins(config, download=download)))
    return members
