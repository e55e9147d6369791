"""What is asked of a correlation: everything that its scores and its rows depend on."""

import argparse
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evo.config import TABLES, Choice, SearchConfig, resolve_choice
from evo.correlation.fitness_list import NamedFitness, parse_fitnesses
from tasks.command_line import parse_assignments
from tasks.errors import UsageError

LOOK_AHEAD = 1_024
"""Nothing is learnt from a score, so that any number of workers can be kept busy."""
_LONGEST_NAME = 60


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
        values: dict[str, Any] = json.loads(json.dumps(asdict(self), default=str))
        return values

    def config(self, fitness: NamedFitness, candidates: Path) -> SearchConfig:
        """Return the search that scores the candidates of a file by one of the fitnesses."""
        listed = resolve_choice("strategy", "listed", {"file": str(candidates)})
        return SearchConfig(self.space, fitness.choice, listed, self.data, self.data_root, self.seed, ahead=LOOK_AHEAD)

    def default_folder(self) -> Path:
        """Return a folder that belongs to this request alone."""
        digest = hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()[:8]
        return Path("runs") / "-".join(("correlate", plain(self.space.name), plain(self.metric), digest))

    def member_folders(self) -> list[str]:
        """Return the name of each fitness's folder."""
        return [f"{number:02d}-{plain(fitness.label)}" for number, fitness in enumerate(self.fitnesses)]


def request_from(options: argparse.Namespace) -> Request:
    """Return what the options ask for; raises UsageError for an unknown name or option."""
    from tasks.images import settle_spec  # torch comes with it

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
        data=settle_spec(options.data),
        data_root=options.data_root and str(Path(options.data_root).absolute()),
        seed=options.seed,
    )


def _checked_metrics(given: str) -> str:
    """Return the metrics without spaces around them; raises UsageError where two would share their files."""
    metrics = [metric.strip() for metric in given.split(",")]
    if not all(metrics) or len({plain(metric) for metric in metrics}) < len(metrics):
        raise UsageError(f"--metric {given}: different columns with commas between are needed, e.g. c10_test,in16_test")
    return ",".join(metrics)


def plain(text: str) -> str:
    """Return a text as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_.]+", "-", text).strip("-.")[:_LONGEST_NAME]
