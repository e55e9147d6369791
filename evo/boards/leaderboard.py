"""The leaderboard: what is shipped, what was scored before, and what a request adds to it."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from evo.boards.advice import advice
from evo.boards.asked_board import asked_boards, folder_of, of_now
from evo.boards.board import Board
from evo.boards.board_scoring import prepared
from evo.boards.joining import BOARD, joined_with, stored_board
from evo.boards.pages import write_pages
from evo.boards.request import BOARDS, LeaderboardRequest
from evo.boards.request_checks import check_leaderboard
from evo.boards.shipped import shipped_boards
from evo.boards.standings import Standings, standings_of
from evo.boards.tables import brief_table
from evo.display.notebook_table import html_table
from evo.display.text_table import filled, to_text
from evo.engine.asking import requested
from evo.engine.observer import Callback, observers_of
from evo.records.failures import FailedRunError
from evo.records.requests import PluginLike
from evo.scoring.scoring import Watching
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import trusting_as_asked

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Leaderboard:
    """How fitnesses rank the candidates of several tables.

    standings: one for each board and label, those that were asked for
    files: the pages that show them
    """

    standings: tuple[Standings, ...]
    files: tuple[Path, ...]

    def advice(self) -> list[str]:
        """Return which fitness to take on each board, and where nothing beats counting."""
        return [f"{each.headline}: {line}" for each in self.standings for line in advice(each)]

    def table(self) -> pa.Table:
        """Return every statistic, a row each, with the ends of its 95 % interval."""
        return pa.Table.from_pylist(list(self._rows()))

    def _rows(self) -> Iterator[dict[str, Any]]:
        for each in self.standings:
            about = {"space": each.board.rows.space.name, "table": each.board.rows.table, "metric": each.labels.name}
            for one in each.standings:
                cost = {"seconds_each": one.seconds, "cpu_seconds": one.cpu, "without_score": one.failed}
                for name, found in one.intervals.items():
                    value, low, high = found.to_json()
                    numbers = {"statistic": name, "value": value, "low": low, "high": high}
                    yield {**about, "fitness": one.label, **cost, **numbers}

    def __str__(self) -> str:
        """Return the advice and the tables as text."""
        return "\n\n".join(map(_text, self.standings))

    def _repr_html_(self) -> str:
        tables = map(brief_table, self.standings)
        return "".join(html_table(table.title, table.header, table.rows) for table in tables)


def leaderboard(
    *,
    fitness: PluginLike | Sequence[PluginLike] | None = None,
    table: str | Path | None = None,
    callbacks: Sequence[Callback] = (),
    progress: bool = False,
    **asked: Any,
) -> Leaderboard:
    """Return how fitnesses rank labelled candidates, table by table; as ``python -m evo.leaderboard`` does.

    fitness: to be scored on these tables where that was not done before; None shows what is known
    table: a board that is shipped, or with ``space`` and ``metric`` a file of one's own; None for all boards
    space, metric, lower_is_better, sample, rows, rows_seed, seed, data, options, trial_timeout, run_dir: see
    ``LeaderboardRequest``; workers, gpus_per_worker, address: see ``Placement``
    callbacks, progress: as of ``evo.correlate``

    The same call goes on with one that was stopped. Raises UsageError for bad input, with nothing written,
    FailedRunError where it cannot go on, and KeyboardInterrupt, with every score saved.
    """
    given = {"fitness": fitness, "table": table, **asked}
    watching = Watching(observers_of(callbacks), progress)
    return run_leaderboard(requested(LeaderboardRequest, given), watching=watching)


@trusting_as_asked
def run_leaderboard(request: LeaderboardRequest, *, watching: Watching | None = None) -> Leaderboard:
    """Score what a request wants scored, and write the pages; raises as ``leaderboard`` does."""
    check_leaderboard(request)
    boards, notes = _told(request, _kept(request.run_dir), watching or Watching())
    found = tuple(standings_of(board, labels) for board in boards for labels in board.labels)
    try:
        files = write_pages(request.run_dir, found, notes)
    except OSError as error:
        raise FailedRunError(f"--run-dir {request.run_dir}: the pages cannot be written ({error})") from error
    made = Leaderboard(found, tuple(files))
    logger.info("%s", "\n".join([str(made), "", *notes, *map(str, files)]))
    return made


def _told(
    request: LeaderboardRequest, known: Sequence[Board], watching: Watching
) -> tuple[list[Board], tuple[str, ...]]:
    """Return the boards that a request is about, scored, and what was left out; known: all boards as they are."""
    if request.fitness is None and request.space is None:
        named = None if request.table is None else str(request.table)
        return [board for board in known if named in (None, board.name)], ()
    scorings = [prepared(asked, request, known) for asked in asked_boards(request)]
    refused = tuple(dict.fromkeys(line for scoring in scorings for line in scoring.refused))
    known_already = request.fitness is None and any(scoring.board.columns for scoring in scorings)
    if all(scoring.idle for scoring in scorings) and not known_already:
        raise UsageError(refused[0])
    return [scoring.run(request, known, watching) for scoring in scorings], refused


def _kept(root: Path) -> list[Board]:
    """Return the boards that are shipped, with what was scored on them here, and those of one's own tables."""
    found, taken = [], set()
    for board in map(of_now, shipped_boards()):
        folder = folder_of(root, board, board.texts).path
        taken.add(folder)
        more = stored_board(folder)
        found.append(board if more is None else joined_with(board, [more]))
    own = sorted(path.parent for path in (root / BOARDS).glob(f"*/{BOARD}") if path.parent not in taken)
    return [*found, *filter(None, map(stored_board, own))]


def _text(found: Standings) -> str:
    return "\n".join([to_text(brief_table(found)), *(line for said in advice(found) for line in filled(said))])
