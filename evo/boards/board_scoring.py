"""Scores the candidates of a board by the fitnesses that it does not know yet, and keeps them in the board's folder."""

import hashlib
import json
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from evo.boards.asked_board import AskedBoard, as_stored
from evo.boards.board import Board, BoardColumn
from evo.boards.board_file import write_board
from evo.boards.joining import BOARD, joined_with, stored_board
from evo.boards.known_cost import known_cost
from evo.boards.request import LeaderboardRequest
from evo.boards.standings import COUNTING
from evo.correlation.baselines import read_baselines
from evo.correlation.config import NamedFitness
from evo.correlation.findings import rho
from evo.correlation.seen_labels import seen_rows
from evo.display.readable_numbers import counted
from evo.display.text_table import short
from evo.engine.data_options import identified
from evo.engine.expected_time import ExpectedScores, ExpectedTime
from evo.engine.plugins import build_plugins
from evo.records.config import Choice, Limits, as_json
from evo.scoring.member import Member
from evo.scoring.own_plugins import OwnPlugins
from evo.scoring.scores import read_column, read_makers
from evo.scoring.scoring import Scoring, Watching, Wording
from evo.storage.plain_names import plain
from evo.storage.provenance import provenance
from evo.storage.run_log import logged_trials
from evo.storage.score_store import BESIDE, named_store
from evo.storage.score_store import VERSIONS as TOLD_APART
from tasks.foundation.errors import UsageError

VERSIONS = ("selfnas", "torch", "numpy", "python")
PROGRAM = "leaderboard.py"
TABLE = "--table"
ELSEWHERE = ("--run-dir", "--workers", "--gpus-per-worker", "--address", "--data-root", "--scores")
"""Options of a command, each with a value, that scores do not depend on."""


@dataclass(frozen=True)
class BoardScoring:
    """A board on its way to its scores.

    board: with what is known; members: the fitnesses that are not; refused: why others cannot score this space
    """

    asked: AskedBoard
    board: Board
    members: tuple[Member, ...]
    refused: tuple[str, ...]

    @property
    def idle(self) -> bool:
        """Whether every fitness refuses the space."""
        return len(self.refused) == len(self.asked.scored.config.fitnesses)

    def run(self, request: LeaderboardRequest, boards: Sequence[Board], watching: Watching) -> Board:
        """Score what is not known, keep it, and return the board; raises as ``Scoring.run`` does.

        boards: that know what a fitness costs
        """
        if not self.members:
            return self.board
        expected = ExpectedTime([self._expected(member, boards) for member in self.members])
        headline = f"{counted(len(self.members), 'fitness', 'fitnesses')}, {len(self.board.texts)} candidates each"
        wording = Wording(headline, self._describe, expected.lines, request.run_dir)
        scoring = Scoring(self.asked.folder, self.board.texts, self.members, wording)
        watched = replace(watching, observers=(*watching.observers, expected))
        scoring.run(request.placement, trial_timeout=request.trial_timeout, watching=watched)
        with scoring.saved():
            found = self.board.joined([*self._scored(), *self._baselines()])
            write_board(self.asked.folder.path / BOARD, found)
            return found

    def _expected(self, member: Member, boards: Sequence[Board]) -> ExpectedScores:
        cost = known_cost(as_stored(member.config.fitness), self.board.rows.space, boards)
        kept = {text for text, _ in member.scores.known(member.config)} if member.scores is not None else set()
        left = [text for text in self.board.texts[logged_trials(member.folder) :] if text not in kept]
        limits = Limits(evaluations=len(self.board.texts))
        reference = member.reference_work(limits) if member.lacks(limits) else 0
        return ExpectedScores(member.label, member.folder, len(left), cost, reference)

    def _describe(self, member: Member) -> str:
        column, labels = read_column(member.label, member.folder, len(self.board.texts)), self.board.labels[0]
        return (
            f"{member.label}: spearman {short(rho(column, labels.values))} with {labels.name}, "
            f"{short(column.seconds_each, 2)} {column.unit} each, "
            f"{column.failed} of {len(self.board.texts)} without a score"
        )

    def _scored(self) -> Iterator[BoardColumn]:
        command, versions = command_of(), provenance()["versions"]
        for member in self.members:
            column = read_column(member.label, member.folder, len(self.board.texts))
            choice = as_stored(member.config.fitness)
            seen = seen_rows(member, self.board.texts)
            processors, found = read_makers(member.folder, len(self.board.texts))
            named = TOLD_APART if found else VERSIONS  # what is found is of these versions, and nothing tells others
            made_by = {name: str(versions[name]) for name in named if versions.get(name)}
            yield BoardColumn(column, choice, ", ".join(processors), made_by, command, seen.texts, seen.unsure)

    def _baselines(self) -> Iterator[BoardColumn]:
        """Yield parameters, MACs and chance where the board has not even those."""
        if any(column.label == COUNTING for column in self.board.columns):
            return
        first, runs = self.members[0], [member.folder for member in self.members]
        listed = [read_column(member.label, member.folder, len(self.board.texts)) for member in self.members]
        for column in read_baselines(listed, runs, self.board.texts, first.plugins, seed=self.board.rows.seed):
            yield BoardColumn(column, Choice(column.label))


def prepared(asked: AskedBoard, request: LeaderboardRequest, boards: Sequence[Board]) -> BoardScoring:
    """Return what is known of a board and the fitnesses that have to be run; raises UsageError, with nothing written.

    boards: that may know scores of its candidates. A fitness that refuses the space is left out where it was not named
    for this very table.
    """
    kept = stored_board(asked.folder.path)
    known = joined_with(asked.board, boards)
    if kept is not None:
        known = joined_with(known, [kept])
        known = known.with_labels(kept.labels) if kept.texts == known.texts else known
    pairs = zip(asked.scored.config.fitnesses, asked.scored.own, strict=True)
    wanted = [(fitness, own) for fitness, own in pairs if _is_unknown(known, fitness, own)]
    strict = request.table is not None and request.fitness is not None
    members: list[Member] = []
    refused: list[str] = []
    for fitness, own in wanted:
        try:
            members.append(_member(asked, fitness, own, request))
        except UsageError as error:
            if strict:
                raise
            refused.append(f"{fitness.label} is left out: {error}")
    return BoardScoring(asked, known, tuple(members), tuple(refused))


def command_of() -> str:
    """Return the command that is running, without what scores do not depend on; empty where Python called.

    A table is called by its name alone: where files lie is nobody's business.
    """
    if Path(sys.argv[0]).name != PROGRAM:
        return ""
    words = list(_apart(sys.argv[1:]))
    named = [Path(word).name if before == TABLE else word for before, word in pairwise(["", *words])]
    return f"python -m evo.leaderboard {shlex.join(without_places(named))}".strip()


def without_places(words: Sequence[str]) -> list[str]:
    """Return the words of a command line without where it runs and writes, which scores do not depend on."""
    return [word for before, word in pairwise(["", *_apart(words)]) if not {before, word} & set(ELSEWHERE)]


def _apart(words: Sequence[str]) -> Iterator[str]:
    """Yield words of a command line, ``--option=value`` of what names a place as two."""
    for word in words:
        option, equals, value = word.partition("=")
        yield from (option, value) if equals and option in (TABLE, *ELSEWHERE) else (word,)


def _is_unknown(board: Board, fitness: NamedFitness, own: OwnPlugins) -> bool:
    """Return whether a fitness has to be run: also one that its name cannot make again, which may be another by now."""
    return bool(own.unnamed) or board.column_of(as_stored(fitness.choice)) is None


def _member(asked: AskedBoard, fitness: NamedFitness, own: OwnPlugins, request: LeaderboardRequest) -> Member:
    folder = asked.folder
    search = asked.scored.config.search(fitness, folder.candidates.absolute(), own.unnamed)
    plugins = build_plugins(search, objects=own.made, download=request.download)
    digest = hashlib.sha256(json.dumps(as_json(fitness.choice), sort_keys=True).encode()).hexdigest()[:8]
    run = folder.path / f"{plain(fitness.label)}-{digest}"
    store = named_store(request.scores, request.run_dir.parent / BESIDE)
    return Member(fitness.label, run, identified(search, plugins.images), plugins, own.made, store)
