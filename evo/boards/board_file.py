"""A board as a file: a Parquet table with a row per candidate, which ``--table`` of every command reads as well.

Columns: ``candidate``; ``label METRIC`` for each label, higher is better; for each fitness its scores, no value where a
candidate has none, and ``FITNESS seconds``. The metadata say the space with its options, the images, seed, rows and
table, and of each fitness its options, the processor, the versions, the command, candidates whose labels it saw,
whether that is not known of others, and whether seconds are CPU seconds: where nothing says so they are by the clock.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evo.boards.board import Board, BoardColumn, BoardLabels, BoardRows
from evo.records.config import Choice, as_json
from evo.scoring.scores import Column
from spaces import SPACE_OPTIONS, CandidateTable, TableInfo, write_table
from tasks.foundation.command_line import printable
from tasks.foundation.errors import UsageError

DETAIL, FORMAT = "leaderboard", 1
_LABEL, _SECONDS = "label {}", "{} seconds"


def write_board(path: Path, board: Board) -> None:
    """Write a board, whole or not at all; raises UsageError where the file system refuses."""
    numbers = {_LABEL.format(each.name): each.values for each in board.labels}
    for column in board.columns:
        numbers[printable(column.label)] = column.scored.scores
        if column.scored.seconds is not None:
            numbers[_SECONDS.format(printable(column.label))] = column.scored.seconds
    units = {_LABEL.format(each.name): each.unit for each in board.labels if each.unit}
    details = {SPACE_OPTIONS: dict(board.rows.space.options), DETAIL: _stated(board)}
    source = f"scores by evo.leaderboard, labels of {printable(board.rows.table)}"
    info = TableInfo(board.rows.space.name, source, units=units, details=details)
    write_table(path, info, [*map(printable, board.texts)], numbers)


def read_board(path: Path) -> Board:
    """Return the board of a file; nothing that it names is imported. Raises UsageError for a file that holds none."""
    table = CandidateTable(path)
    try:
        stated: Mapping[str, Any] = table.info.details[DETAIL]
        if stated["format"] != FORMAT:
            raise ValueError(f"its format is {stated['format']}, {FORMAT} is known")
        rows = BoardRows(**{**stated["rows"], "space": _choice(stated["rows"]["space"])})
        labels = tuple(_labels(table, about) for about in stated["labels"])
        columns = tuple(_column(table, about) for about in stated["columns"])
        return Board(str(stated["name"]), rows, tuple(table.candidates()), labels, columns)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{path}: is no file of a leaderboard ({error!r:.200})") from error


def _stated(board: Board) -> dict[str, Any]:
    labels = [
        {"metric": each.metric, "unit": each.unit, "lower_is_better": each.lower_is_better} for each in board.labels
    ]
    return {
        "format": FORMAT,
        "name": board.name,
        "rows": as_json(board.rows),
        "labels": labels,
        "columns": [_about(column) for column in board.columns],
    }


def _about(column: BoardColumn) -> dict[str, Any]:
    about = {name: getattr(column, name) for name in ("processor", "versions", "command")}
    seen = {"seen": [*map(printable, column.seen)]} if column.seen else {}
    named = {"label": printable(column.label), "choice": as_json(column.choice)}
    flags = {"unsure": column.unsure, "cpu": column.scored.cpu}
    said = {name: True for name, given in flags.items() if given}
    return {**named, "reason": column.scored.reason, **about, **seen, **said}


def _labels(table: CandidateTable, about: Mapping[str, Any]) -> BoardLabels:
    unit, lower = str(about["unit"]), bool(about["lower_is_better"])
    name = f"-{about['metric']}" if lower else str(about["metric"])
    return BoardLabels(str(about["metric"]), table.column(_LABEL.format(name)), unit, lower)


def _column(table: CandidateTable, about: Mapping[str, Any]) -> BoardColumn:
    label, timed = str(about["label"]), _SECONDS.format(about["label"])
    seconds = table.column(timed) if timed in table.columns else None
    reason = None if about["reason"] is None else str(about["reason"])
    made = {"processor": str(about["processor"]), "command": str(about["command"])}
    versions = {str(name): str(version) for name, version in about["versions"].items()}
    seen = tuple(map(str, about.get("seen", ())))
    scored = Column(label, table.column(label), seconds, reason, bool(about.get("cpu", False)))
    unsure = bool(about.get("unsure", False))
    return BoardColumn(scored, _choice(about["choice"]), versions=versions, seen=seen, unsure=unsure, **made)


def _choice(stated: Mapping[str, Any]) -> Choice:
    return Choice(str(stated["name"]), dict(stated["options"]))
