"""The boards that a request wants fitnesses scored on, each with its candidates, its labels and its folder."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evo.boards.board import Board, BoardLabels, BoardRows
from evo.boards.request import BOARDS, LeaderboardRequest
from evo.boards.request_checks import correlation_of
from evo.boards.shipped import shipped_board, shipped_names
from evo.correlation.config import (
    CorrelationConfig,
    NamedFitness,
    ResolvedCorrelation,
    encoded,
    named_fitnesses,
    resolve_correlation,
)
from evo.correlation.labels import LabelledTable, draw_sample
from evo.correlation.request import DEFAULT_SAMPLE
from evo.correlation.request_checks import check_request
from evo.engine.data_options import open_source
from evo.engine.plugins import make, resolve_choice
from evo.records.config import Choice, as_json
from evo.scoring.folder import ScoringFolder, ScoringKind, default_folder
from evo.scoring.own_plugins import own_plugins
from fitness.zero_cost.measures import MEASURES
from spaces import SearchSpace
from tasks import ImageSource, identity_of
from tasks.foundation.errors import UsageError

LEADERBOARD = ScoringKind(
    noun="leaderboard",
    file="leaderboard.json",
    option="--sample",
    changed="the table has changed",
    free=("table",),
)
_REGRESSIONS = ("regression(task=N)", "regression(task=combo)", "regression(task=nlp_search)")
_PARTS = ("az_expressivity", "az_progressivity", "az_trainability")
_ONE_BATCH = (*(name for name in MEASURES if name not in _PARTS), "zico_regression")
DEFAULT_FITNESSES = (*_REGRESSIONS, *_ONE_BATCH, "az_nas", "vote", "consensus")
"""What is scored on a table of one's own unless fitnesses are named; what does not accept its space is left out."""


@dataclass(frozen=True)
class AskedBoard:
    """A board that fitnesses are to be scored on.

    board: its candidates and labels; scored: what scores them, as a correlation puts it; folder: of its scores
    """

    board: Board
    scored: ResolvedCorrelation
    folder: ScoringFolder


def asked_boards(request: LeaderboardRequest) -> list[AskedBoard]:
    """Return the boards of a request with fitnesses or a table of one's own; raises UsageError."""
    if request.space is not None:
        return [_own_board(request)]
    names = shipped_names() if request.table is None else [str(request.table)]
    return [_shipped(request, shipped_board(name)) for name in names]


def folder_of(root: Path, board: Board, candidates: Sequence[str]) -> ScoringFolder:
    """Return the folder of a board's scores below that of the leaderboard; it depends on the rows, not on labels.

    candidates: all that a sample of the rows may begin with, in order
    """
    rows = as_json(board.rows)
    named = default_folder([board.name], {**rows, "candidates": list(candidates)}).name
    return ScoringFolder(root / BOARDS / named, rows, LEADERBOARD)


def of_now(board: Board) -> Board:
    """Return a board that is shipped with every option that its plug-ins have had since, at its default.

    A fitness whose options are known no longer keeps what was stored.
    """
    columns = tuple(replace(column, choice=_resolved("fitness", column.choice)) for column in board.columns)
    rows = replace(board.rows, space=_resolved("space", board.rows.space))
    return replace(board, rows=rows, columns=columns)


def as_stored(choice: Choice) -> Choice:
    """Return a plug-in with its options as they are read back from JSON."""
    return Choice(**as_json(choice))


def _resolved(kind: str, stored: Choice) -> Choice:
    try:
        return as_stored(resolve_choice(kind, stored.name, stored.options))
    except UsageError:
        return stored


def _shipped(request: LeaderboardRequest, shipped: Board) -> AskedBoard:
    board = replace(of_now(shipped), columns=())
    named = named_fitnesses(request.fitness)
    rows = board.rows
    config = CorrelationConfig(
        space=rows.space,
        fitnesses=tuple(NamedFitness(label, chosen.choice) for label, chosen in named),
        table=rows.table,
        metric=board.labels[0].metric,
        half=rows.half,
        rows_seed=rows.rows_seed,
        data=rows.data,
        data_root=None,
        seed=rows.seed,
    )
    own = tuple(own_plugins({"fitness": chosen}, None) for _, chosen in named)
    return AskedBoard(board, ResolvedCorrelation(config, own), folder_of(request.run_dir, board, board.texts))


def _own_board(request: LeaderboardRequest) -> AskedBoard:
    wanted = list(DEFAULT_FITNESSES) if request.fitness is None else request.fitness
    correlation = correlation_of(request, fitness=wanted)
    tables = check_request(correlation)
    scored = resolve_correlation(correlation, tables[0].stated)
    space, images = _made(scored, download=request.download)
    board = Board(Path(scored.config.table).stem, _rows(scored.config, identity_of(images)), (), ())
    everything = [tables[0].texts[row] for row in tables[0].rows(request.rows, seed=request.rows_seed)]
    folder = folder_of(request.run_dir, board, everything)
    default = folder.stored_count() or min(DEFAULT_SAMPLE, len(everything))
    count = default if request.sample is None else request.sample
    samples = [draw_sample(table, count, request.rows, seed=request.rows_seed) for table in tables]
    labels = [_labels(*pair, lower=request.lower_is_better) for pair in zip(tables, samples, strict=True)]
    texts = tuple(encoded(samples[0].texts, space, scored.config))
    return AskedBoard(replace(board, texts=texts, labels=tuple(labels)), scored, folder)


def _made(scored: ResolvedCorrelation, *, download: bool) -> tuple[SearchSpace[Any], ImageSource]:
    """Return space and images, which are the same for every fitness."""
    own = scored.own[0]
    search = scored.config.search(scored.config.fitnesses[0], Path(), own.unnamed)
    return make("space", search, own.made), open_source(search, own.made, download=download)


def _rows(config: CorrelationConfig, identity: str) -> BoardRows:
    return BoardRows(
        space=as_stored(config.space),
        table=Path(config.table).name,
        half=config.half,
        rows_seed=config.rows_seed,
        data=config.data,
        data_identity=identity,
        seed=config.seed,
    )


def _labels(table: LabelledTable, sample: Any, *, lower: bool) -> BoardLabels:
    values = -sample.labels if lower else sample.labels
    return BoardLabels(table.metric, values, table.unit or "", lower)
