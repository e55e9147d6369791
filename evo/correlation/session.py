"""One correlation from the command line: check everything, score on one Ray session, compare, write.

Every fitness is an ordinary run over the same candidates, so that what was scored survives whatever happens.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evo.cluster import Cluster, Resources, connect, disconnect, plan_resources
from evo.config import Limits, Plugins, SearchConfig, build_plugins
from evo.correlation.findings import find
from evo.correlation.folder import CorrelationFolder
from evo.correlation.options import DEFAULT_SAMPLE, DROP, PROGRAM
from evo.correlation.request import Request, request_from
from evo.correlation.results import Results, write_results
from evo.correlation.scores import Column, read_baselines, read_column
from evo.correlation.tables import brief_tables, short, to_text
from evo.labels import LabelledSample, LabelledTable, draw_sample, read_common_labels
from evo.run_folder import RunFolder
from evo.run_log import logged_trials
from evo.session import Session, terminated_like_interrupted
from fitness.rank_statistics import spearman
from spaces import SPACES
from tasks.command_line import DONE, FAILED, INTERRUPTED
from tasks.console import say
from tasks.errors import UsageError


@dataclass(frozen=True)
class Labelled:
    """The candidates with the labels of one metric, and the labels' unit where the table says it."""

    metric: str
    sample: LabelledSample
    unit: str | None


@dataclass(frozen=True)
class Member:
    """One fitness on its way: its folder, its search, and the objects that this names."""

    label: str
    folder: Path
    config: SearchConfig
    plugins: Plugins


def run_correlation(options: argparse.Namespace) -> int:
    """Run or resume the correlation that the options describe; returns the exit code, raises UsageError."""
    request = request_from(options)
    tables = read_common_labels(options.table, request.metrics)
    folder = CorrelationFolder(options.run_dir or request.default_folder(), request)
    count = _sample_size(options.sample, folder.stored_sample(), tables[0], request)
    labelled = [_labelled(table, count, request, lower=options.lower_is_better) for table in tables]
    texts = _encoded(labelled[0].sample, request)
    folder.check(texts)
    members = _members(request, folder, download=options.download)
    limits = Limits(evaluations=count, trial_timeout_s=options.trial_timeout)
    correlation = Correlation(request, folder, labelled, texts)
    try:
        code = correlation.score(members, limits, options)
        return code if code != DONE else correlation.report(members, options)
    except OSError as error:  # e.g. a full disk
        print(f"{PROGRAM}: error: {error}; scores are in {folder.path}: the same command goes on", file=sys.stderr)
        return FAILED


class Correlation:
    """Several fitnesses on the same candidates."""

    def __init__(
        self, request: Request, folder: CorrelationFolder, labelled: Sequence[Labelled], texts: list[str]
    ) -> None:
        """Take what is needed; nothing runs yet."""
        self._request = request
        self._folder = folder
        self._labelled = labelled
        self._texts = texts

    def score(self, members: Sequence[Member], limits: Limits, options: argparse.Namespace) -> int:
        """Score what has not been scored; returns the exit code."""
        if all(logged_trials(member.folder) >= limits.evaluations for member in members):
            with self._folder:
                self._folder.claim(self._texts)
            return DONE
        cluster = connect(options.address)
        try:
            resources = plan_resources(cluster, workers=options.workers, gpus_per_worker=options.gpus_per_worker)
            with terminated_like_interrupted(), self._folder:
                self._folder.claim(self._texts)
                self._announce(cluster, resources)
                return self._score_all(members, limits, resources, quiet=options.quiet)
        finally:
            disconnect()

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

    def _score_all(self, members: Sequence[Member], limits: Limits, resources: Resources, *, quiet: bool) -> int:
        for member in members:
            if logged_trials(member.folder) < limits.evaluations:
                code = _search(member, limits, resources, quiet=quiet)
                if code != DONE:
                    self._say_how_far(member, code)
                    return code
            self._say_done(member)
        return DONE

    def _column(self, member: Member) -> Column:
        return read_column(member.label, member.folder, len(self._texts))

    def _say_done(self, member: Member) -> None:
        column = self._column(member)
        scored = column.scores == column.scores
        labels = self._labelled[0].sample.labels
        rho = spearman(column.scores[scored], labels[scored]) if scored.any() else None
        say(
            f"{member.label}: spearman {short(rho)}, {short(column.seconds_each, 2)} s each, "
            f"{column.failed} of {len(self._texts)} without a score"
        )

    def _say_how_far(self, member: Member, code: int) -> None:
        state = "interrupted" if code == INTERRUPTED else "failed"
        done = f"{logged_trials(member.folder)} of {len(self._texts)} scores of {member.label}"
        say(f"{state} after {done}; the same command with --run-dir {self._folder.path} goes on")

    def _announce(self, cluster: Cluster, resources: Resources) -> None:
        say(f"{len(self._request.fitnesses)} fitnesses, {len(self._texts)} candidates each -> {self._folder.path}")
        say(f"{resources.workers} workers, {resources.gpus_each:g} GPU each")
        if cluster.dashboard_url:
            say(f"dashboard: http://{cluster.dashboard_url} (its token: ray get-auth-token)")


def _search(member: Member, limits: Limits, resources: Resources, *, quiet: bool) -> int:
    with RunFolder(member.folder) as folder:
        folder.claim(member.config, limits)
        return Session(folder, member.config, limits, member.plugins, program=PROGRAM).search(resources, quiet=quiet)[1]


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


def _members(request: Request, folder: CorrelationFolder, *, download: bool) -> list[Member]:
    """Return the fitnesses, ready to run; raises UsageError where one refuses the space or its folder is another's."""
    members = []
    for fitness, name in zip(request.fitnesses, request.member_folders(), strict=True):
        config = request.config(fitness, folder.candidates.absolute())
        RunFolder(folder.path / name).check(config)
        members.append(Member(fitness.label, folder.path / name, config, build_plugins(config, download=download)))
    return members
