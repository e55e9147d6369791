"""What is asked of a correlation: everything that its scores and its rows depend on."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evo.engine.data_options import settled_data
from evo.engine.plugins import TABLES, resolve_choice
from evo.records.config import Choice, SearchConfig, as_json
from evo.scoring.folder import SeriesKind, default_folder, plain
from evo.scoring.member import LOOK_AHEAD, listed
from tasks.foundation.command_line import parse_assignments
from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import parse_plugins

CORRELATION = SeriesKind(
    noun="correlation",
    file="correlate.json",
    option="--sample",
    changed="the table has changed, or labels others",
    free=("metric",),  # the labels: scores do not depend on them
)


EXAMPLE = '"regression(task=combo,steps=300),naswot"'


@dataclass(frozen=True)
class NamedFitness:
    """A fitness as the user calls it, e.g. ``regression(task=combo)``, and what that means."""

    label: str
    choice: Choice


@dataclass(frozen=True)
class Request:
    """A correlation: a folder belongs to one of these; its sample may grow.

    table: path of the labelled candidates; metric: column of labels, or several with commas between; half: A, B or None
    for all rows; rows_seed: order of the rows.
    """

    space: Choice
    fitnesses: tuple[NamedFitness, ...]
    table: str
    metric: str
    half: str | None
    rows_seed: int
    data: str
    data_root: str | None
    seed: int

    @property
    def metrics(self) -> list[str]:
        """The columns of labels."""
        return self.metric.split(",")

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return as_json(self)

    def config(self, fitness: NamedFitness, candidates: Path) -> SearchConfig:
        """Return the search that scores the candidates of a file by one of the fitnesses."""
        strategy = listed(candidates)
        return SearchConfig(self.space, fitness.choice, strategy, self.data, self.data_root, self.seed, LOOK_AHEAD)

    def default_folder(self) -> Path:
        """Return a folder that belongs to this request alone."""
        return default_folder(("correlate", self.space.name, self.metric), self.to_json())

    def member_folders(self) -> list[str]:
        """Return the name of each fitness's folder."""
        return [f"{number:02d}-{plain(fitness.label)}" for number, fitness in enumerate(self.fitnesses)]


def request_from(options: argparse.Namespace) -> Request:
    """Return what the options ask for; raises UsageError for an unknown name or option."""
    assignments = parse_assignments(options.assignments, TABLES)
    if assignments["fitness"] or assignments["strategy"]:
        raise UsageError("--set takes space.OPTION=VALUE; a fitness has its options in parentheses: naswot(batch=64)")
    return Request(
        space=resolve_choice("space", options.space, assignments["space"]),
        fitnesses=tuple(parse_fitnesses(options.fitness)),
        table=str(options.table.absolute()),
        metric=_checked_metrics(options.metric),
        half=options.rows,
        rows_seed=options.rows_seed,
        seed=options.seed,
        **settled_data(options),
    )


def _checked_metrics(given: str) -> str:
    """Return the metrics without spaces around them; raises UsageError where two would share their files."""
    metrics = [metric.strip() for metric in given.split(",")]
    if not all(metrics) or len({plain(metric) for metric in metrics}) < len(metrics):
        raise UsageError(f"--metric {given}: different columns with commas between are needed, e.g. c10_test,in16_test")
    return ",".join(metrics)


def parse_fitnesses(text: str) -> list[NamedFitness]:
    """Return the fitnesses of a list; raises UsageError for another form, an unknown name or option, a repetition."""
    found = [
        NamedFitness(str(plugin), resolve_choice("fitness", plugin.name, plugin.options))
        for plugin in parse_plugins(text, option="--fitness", example=EXAMPLE)
    ]
    for i, fitness in enumerate(found):
        if fitness.choice in [earlier.choice for earlier in found[:i]]:
            raise UsageError(f"--fitness: {fitness.label} is listed twice")
    return found
