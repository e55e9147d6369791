"""One labelling from the command line: check everything, train on one Ray session, judge the labels, write the panel.

The training of all architectures with one seed is an ordinary run, so that what was trained survives whatever happens.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from evo.commands.label_options import DEFAULT_COUNT, PROGRAM
from evo.engine.plugins import build_plugins
from evo.labelling.labels import Labels, gather
from evo.labelling.panel_file import check_panel_file, write_panel
from evo.labelling.report import describe_labels, kept, shortcoming
from evo.labelling.request import LABELLING, Request, request_from
from evo.labelling.sampling import sample_distinct
from evo.scoring.folder import SeriesFolder
from evo.scoring.member import Member
from evo.scoring.scores import read_column, read_metric
from evo.scoring.scoring import Series, Wording
from spaces import PreparedSpace, SearchSpace
from spaces.tables.table_writing import is_csv
from tasks.foundation.command_line import DONE, FAILED, say
from tasks.foundation.errors import UsageError
from tasks.panel import FEWEST_MEMBERS

FEWEST_SEEDS = 2


def run_labelling(options: argparse.Namespace) -> int:
    """Run or resume the labelling that the options describe; returns the exit code, raises UsageError."""
    _check_numbers(options)
    check_panel_file(options.out, force=options.force)
    request = request_from(options)
    folder = SeriesFolder(options.run_dir or request.default_folder(), request.to_json(), LABELLING)
    stored = folder.stored_count()
    count = options.count or stored or DEFAULT_COUNT
    members = _members(request, folder, options)
    texts = _architectures(members[0].plugins.space, folder.stored_texts(), count, seed=request.seed)
    headline = f"{len(texts)} architectures of {request.space.name}, {len(members)} trainings each on {request.data}"
    series = Series(folder, texts, members, Wording(PROGRAM, headline, lambda member: _scored(member, len(texts))))
    return series.run(options, lambda: _report(request, folder.path, gather(members, texts), options))


def _report(request: Request, path: Path, labels: Labels, options: argparse.Namespace) -> int:
    """Say what the labels are worth, and write the panel if they are worth it; returns the exit code."""
    say("\n".join(["", *describe_labels(labels)]))
    reason = shortcoming(labels, options.least_agreement)
    if reason is not None:
        say(f"no panel: {reason}; {kept(path)}")
        return FAILED
    write_panel(options.out, request, labels)
    note = " (CSV keeps no metadata: how it was made, and its space, are not in it)" if is_csv(options.out) else ""
    say(f"{options.out}: {int(np.sum(labels.whole))} labelled architectures{note}")
    return DONE


def _scored(member: Member, count: int) -> str:
    column, accuracies = read_column(member.label, member.folder, count), read_metric("accuracy", member.folder, count)
    known = accuracies[np.isfinite(accuracies)]
    spread = f"test accuracy {known.min():.3f} to {known.max():.3f}, " if len(known) else ""
    seconds = "-" if column.seconds_each is None else f"{column.seconds_each:.2f}"
    return f"{member.label}: {spread}{seconds} s each, {column.failed} of {count} without a label"


def _check_numbers(options: argparse.Namespace) -> None:
    for name, least in (("count", FEWEST_MEMBERS), ("seeds", FEWEST_SEEDS)):
        given = getattr(options, name)
        if given is not None and given < least:
            raise UsageError(f"--{name} {given}: must be at least {least}")
    if not -1 <= options.least_agreement <= 1:
        raise UsageError(f"--least-agreement {options.least_agreement:g}: must be from -1 to 1")


def _members(request: Request, folder: SeriesFolder, options: argparse.Namespace) -> list[Member]:
    """Return a search for each seed; raises UsageError where the space cannot be trained on these pictures."""
    candidates = folder.candidates.absolute()
    configs = [request.config(request.seed + number, candidates) for number in range(options.seeds)]
    plugins = build_plugins(configs[0], download=options.download)
    return [Member(f"seed {c.seed}", folder.path / f"seed-{c.seed}", c, plugins) for c in configs]


def _architectures(space: SearchSpace[Any], stored: Sequence[str], count: int, *, seed: int) -> list[str]:
    """Return the candidates to label: those of the folder as far as they reach, sampled ones beyond."""
    if len(stored) == count:
        return list(stored)
    with TemporaryDirectory() as folder:
        if isinstance(space, PreparedSpace):
            space.prepare(Path(folder))
        return sample_distinct(space, count, seed=seed)
