"""What a correlation is: everything that its scores and its rows depend on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evo.correlation.candidate_texts import encoded_texts
from evo.correlation.request import CorrelationRequest
from evo.correlation.request_checks import checked_metrics, settled_table
from evo.correlation.stated_space import choose_space
from evo.engine.choices import Chosen, choose
from evo.engine.data_options import asked_data, choose_data, settled_data
from evo.engine.plugins import table_of
from evo.records.config import Choice, SearchConfig, as_json
from evo.records.requests import PluginLike
from evo.scoring.folder import ScoringKind, default_folder
from evo.scoring.member import LOOK_AHEAD, listed
from evo.scoring.own_plugins import OwnPlugins, own_plugins
from evo.storage.plain_names import plain
from spaces import SearchSpace, TableInfo
from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import PluginText, parse_plugins

CORRELATION = ScoringKind(
    noun="correlation",
    file="correlate.json",
    option="--sample",
    changed="the table has changed, or labels others",
    free=("metric", "table"),  # the labels, and where they lie: scores do not depend on them
)
EXAMPLE = '"regression(task=combo,steps=300),naswot"'


@dataclass(frozen=True)
class NamedFitness:
    """A fitness as the caller calls it, e.g. ``regression(task=combo)``, and what that means."""

    label: str
    choice: Choice


@dataclass(frozen=True)
class CorrelationConfig:
    """A correlation: a folder belongs to one of these; its sample may grow.

    table: path of the labelled candidates, or the name of a panel that is shipped
    metric: column of labels, or several with commas between
    half: A, B or None for all rows; rows_seed: order of the rows
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

    def search(self, fitness: NamedFitness, candidates: Path, unnamed: tuple[str, ...] = ()) -> SearchConfig:
        """Return the search that scores the candidates of a file by one of the fitnesses.

        unnamed: axes whose plug-in cannot be made by its name.
        """
        strategy = listed(candidates)
        settled = self.data, self.data_root, self.seed, LOOK_AHEAD
        return SearchConfig(self.space, fitness.choice, strategy, *settled, objects=unnamed)

    def default_folder(self, candidates: Sequence[str]) -> Path:
        """Return the folder of all correlations of these scores, whatever the metric.

        candidates: all that a sample of the table may begin with, in order
        """
        asked = {name: value for name, value in self.to_json().items() if name not in CORRELATION.free}
        words = "correlate", self.space.name, Path(self.table).stem
        return default_folder(words, {**asked, "candidates": list(candidates)})

    def member_folders(self) -> list[str]:
        """Return the name of each fitness's folder."""
        return [f"{number:02d}-{plain(fitness.label)}" for number, fitness in enumerate(self.fitnesses)]


@dataclass(frozen=True)
class ResolvedCorrelation:
    """What a request means.

    own: the caller's own plug-ins, for each fitness
    notes: what to say of the space's options, where the table states with which its candidates were trained
    """

    config: CorrelationConfig
    own: tuple[OwnPlugins, ...]
    notes: tuple[str, ...] = ()


def resolve_correlation(request: CorrelationRequest, stated: TableInfo | None = None) -> ResolvedCorrelation:
    """Return what a request means; raises UsageError for an unknown name, option or choice.

    stated: what the table says of itself
    """
    space, notes = choose_space(request, stated or TableInfo())
    named = named_fitnesses(request.fitness)
    images = asked_data(request, SearchConfig.data) or choose_data(SearchConfig.data)
    where = settled_data(images, request.data_root)
    config = CorrelationConfig(
        space=space.choice,
        fitnesses=tuple(NamedFitness(label, chosen.choice) for label, chosen in named),
        table=settled_table(request.table),
        metric=",".join(checked_metrics(request.metric)),
        half=request.rows,
        rows_seed=request.rows_seed,
        seed=request.seed,
        **where,
    )
    own = tuple(own_plugins({"space": space, "fitness": chosen}, images) for _, chosen in named)
    return ResolvedCorrelation(config, own, notes)


def encoded(texts: Sequence[str], space: SearchSpace[Any], config: CorrelationConfig) -> list[str]:
    """Return candidates as their space writes them; raises UsageError for the first that it refuses."""
    return encoded_texts(texts, space, where=f"--table {config.table}", named=config.space.name)


def named_fitnesses(given: PluginLike | Sequence[PluginLike]) -> list[tuple[str, Chosen]]:
    """Return label and meaning of every fitness of a text, of a list, or of one object or class.

    Raises UsageError for another form, an unknown name or option, a repetition.
    """
    several = given if isinstance(given, (list, tuple)) else [given]
    found = [named for one in several for named in _named(one)]
    if not found:
        raise UsageError(f"--fitness: at least one is needed, e.g. {EXAMPLE}")
    for i, (label, chosen) in enumerate(found):
        if chosen.choice in [earlier.choice for _, earlier in found[:i]]:
            raise UsageError(f"--fitness: {label} is listed twice")
    return found


def _named(given: PluginLike) -> list[tuple[str, Chosen]]:
    table = table_of("fitness")
    if isinstance(given, str):
        texts = parse_plugins(given, option="--fitness", example=EXAMPLE)
        return [(str(one), choose(table, one.name, one.given())) for one in texts]
    chosen = choose(table, given, {})
    options: Mapping[str, object] = chosen.choice.options if chosen.made is not None else {}
    return [(str(PluginText(chosen.choice.name, {key: str(value) for key, value in options.items()})), chosen)]
