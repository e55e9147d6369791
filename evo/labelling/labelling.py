"""Labellings: sample architectures, train each several times, judge the labels, and write a panel.

The training of all architectures with one seed is an ordinary run, so that what was trained survives whatever happens.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from evo.display.notebook_table import html_table
from evo.engine.asking import requested
from evo.engine.data_options import identified
from evo.engine.observer import Callback, observers_of
from evo.engine.plugins import build_plugins
from evo.labelling.config import LABELLING, LabelConfig, ResolvedLabelling, resolve_labelling
from evo.labelling.labels import Labels, gather
from evo.labelling.panel_file import write_panel
from evo.labelling.report import describe_labels, kept, shortcoming
from evo.labelling.request import DEFAULT_COUNT, LabelRequest
from evo.labelling.request_checks import check_request
from evo.labelling.sampling import sample_distinct
from evo.records.requests import PluginLike
from evo.scoring.folder import ScoringFolder
from evo.scoring.member import Member
from evo.scoring.scores import read_column, read_metric
from evo.scoring.scoring import Scoring, Watching, Wording
from spaces import PreparedSpace, SearchSpace
from spaces.tables.table_writing import is_csv
from tasks import described
from tasks.foundation.trust import trusting_as_asked

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Labelling:
    """Architectures with labels, and the panel of them.

    path: the folder of all trainings
    labels: what the trainings say of each architecture
    panel: the file written, None where the labels are not good enough for one
    shortcoming: why there is no panel, None where there is one
    """

    path: Path
    labels: Labels
    panel: Path | None
    shortcoming: str | None = None

    def table(self) -> pa.Table:
        """Return the architectures that have a label, a row each, with the panel's columns."""
        rows = np.flatnonzero(self.labels.whole).tolist()
        columns = {name: values[rows] for name, values in self.labels.measurements().items()}
        return pa.table({"candidate": [self.labels.texts[row] for row in rows], **columns})

    def __str__(self) -> str:
        """Return what the labels are worth, line by line."""
        return "\n".join([*describe_labels(self.labels), *([f"no panel: {self.shortcoming}"] * (self.panel is None))])

    def _repr_html_(self) -> str:
        table = self.table()
        return html_table(str(self), table.column_names, (row.values() for row in table.to_pylist()))


def label(
    *,
    space: PluginLike,
    data: PluginLike,
    out: str | Path,
    callbacks: Sequence[Callback] = (),
    progress: bool = False,
    **asked: Any,
) -> Labelling:
    """Train sampled architectures on labelled images and write what became of each; as ``python -m evo.label``.

    space, data: a name, ``name(option=value, ...)``, ``module:attribute``, a class, or an object
    out: the panel's file, .parquet or .csv; it is written only if the labels of two seeds agree well enough
    count, seed, seeds, epochs, pictures, batch, learning_rate, least_agreement, force, options, ...: see
    ``LabelRequest``; workers, gpus_per_worker, address: see ``Placement``
    callbacks: observers, or functions that are called with the run and a finished trial; they see every seed's run
    progress: whether to show on standard error how far it has come

    The same call takes up a labelling that was stopped. Raises UsageError for bad input, with nothing written,
    FailedRunError where it cannot go on, and KeyboardInterrupt, with every label saved.
    """
    watching = Watching(observers_of(callbacks), progress)
    return run_labelling(
        requested(LabelRequest, {"space": space, "data": data, "out": out, **asked}), watching=watching
    )


@trusting_as_asked
def run_labelling(request: LabelRequest, *, watching: Watching | None = None) -> Labelling:
    """Run or resume the labelling that a request describes; raises as ``label`` does."""
    check_request(request)
    resolved = resolve_labelling(request)
    config = resolved.config
    folder = ScoringFolder(request.run_dir or config.default_folder(), config.to_json(), LABELLING)
    stored = folder.stored_count()
    count = request.count or stored or DEFAULT_COUNT
    members = _members(resolved, folder, request)
    texts = _architectures(members[0].plugins.space, folder.stored_texts(), count, seed=config.seed)
    headline = f"{len(texts)} architectures of {config.space.name}, {len(members)} trainings each on {config.data}"
    scoring = Scoring(folder, texts, members, Wording(headline, lambda member: _scored(member, len(texts))))
    scoring.run(request.placement, trial_timeout=request.trial_timeout, watching=watching)
    with scoring.saved():
        logger.info("%s", "\n".join(["", *described(members[0].plugins.images)]))
        return _judged(request, config, folder.path, gather(members, texts))


def _judged(request: LabelRequest, config: LabelConfig, path: Path, labels: Labels) -> Labelling:
    """Say what the labels are worth, and write the panel if they are worth it."""
    logger.info("%s", "\n".join(describe_labels(labels)))
    reason = shortcoming(labels, request.least_agreement)
    if reason is not None:
        logger.warning("no panel: %s; %s", reason, kept(path))
        return Labelling(path, labels, None, reason)
    write_panel(request.out, config, labels)
    note = " (CSV keeps no metadata: how it was made, and its space, are not in it)" if is_csv(request.out) else ""
    logger.info("%s: %d labelled architectures%s", request.out, int(np.sum(labels.whole)), note)
    return Labelling(path, labels, request.out)


def _scored(member: Member, count: int) -> str:
    column, accuracies = read_column(member.label, member.folder, count), read_metric("accuracy", member.folder, count)
    known = accuracies[np.isfinite(accuracies)]
    spread = f"validation accuracy {known.min():.3f} to {known.max():.3f}, " if len(known) else ""
    seconds = "-" if column.seconds_each is None else f"{column.seconds_each:.2f}"
    return f"{member.label}: {spread}{seconds} {column.unit} each, {column.failed} of {count} without a label"


def _members(resolved: ResolvedLabelling, folder: ScoringFolder, request: LabelRequest) -> list[Member]:
    """Return a search for each seed; raises UsageError where the space cannot be trained on these images."""
    candidates, config, own = folder.candidates.absolute(), resolved.config, resolved.own
    searches = [config.search(config.seed + number, candidates, own.unnamed) for number in range(request.seeds)]
    plugins = build_plugins(searches[0], objects=own.made, download=request.download)
    searches = [identified(search, plugins.images) for search in searches]
    return [Member(f"seed {s.seed}", folder.path / f"seed-{s.seed}", s, plugins, own.made) for s in searches]


def _architectures(space: SearchSpace[Any], stored: Sequence[str], count: int, *, seed: int) -> list[str]:
    """Return the candidates to label: those of the folder as far as they reach, sampled ones beyond."""
    if len(stored) == count:
        return list(stored)
    with TemporaryDirectory() as folder:
        if isinstance(space, PreparedSpace):
            space.prepare(Path(folder))
        return sample_distinct(space, count, seed=seed)
