"""Makes a file of scores that is shipped with the package, for ``python -m evo.leaderboard``, from what was scored.

    python -m tests.benchmarks.leaderboard_scores nasbench201 RUNS/correlate-a RUNS/correlate-b

Each source is the folder of an ``evo.correlate``, a board that ``evo.leaderboard`` left in its folder
(``board.parquet``), or a file of ``runs/results``. The board has the candidates that all of them begin with, so that
every fitness is held against the same rows. Sources of other spaces, images or seeds are refused.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from evo.boards.asked_board import as_stored
from evo.boards.board import Board, BoardColumn, BoardLabels, BoardRows
from evo.boards.board_file import read_board, write_board
from evo.boards.board_scoring import without_places
from evo.correlation.baselines import BASELINES
from evo.correlation.config import named_fitnesses
from evo.correlation.result_files import SCORES
from evo.engine.plugins import resolve_choice
from evo.records.config import Choice
from evo.scoring.scores import Column, read_column
from evo.storage.durable_files import parse_json
from evo.storage.plain_names import plain
from evo.storage.run_folder import read_config
from tasks.foundation.command_line import DONE, run_command
from tasks.foundation.errors import UsageError

SHIPPED = Path(__file__).parents[2] / "evo" / "leaderboard_scores"
ASKED, CANDIDATES = "correlate.json", "candidates.txt"
VERSIONS = ("selfnas", "torch", "numpy", "python")


def board_of_correlation(name: str, folder: Path) -> Board:
    """Return the scores of an ``evo.correlate``, with the labels of every metric that it was asked for.

    Of one that is not finished, as many rows as all its fitnesses and labels have; raises UsageError for none.
    """
    stated = parse_json(folder / ASKED)
    asked, texts = stated["request"], (folder / CANDIDATES).read_text(encoding="utf-8").splitlines()
    runs = [folder / f"{number:02d}-{plain(one['label'])}" for number, one in enumerate(asked["fitnesses"])]
    made = {
        "processor": stated["machine"]["processor"],
        "versions": {key: stated["versions"][key] for key in VERSIONS if stated["versions"].get(key)},
        "command": _command(stated["command"], asked["table"]),
    }
    columns = [
        BoardColumn(read_column(one["label"], run, len(texts)), Choice(**one["choice"]), **made)
        for one, run in zip(asked["fitnesses"], runs, strict=True)
    ]
    rows = BoardRows(
        space=Choice(**asked["space"]),
        table=Path(asked["table"]).name,
        half=asked["half"],
        rows_seed=asked["rows_seed"],
        data=asked["data"],
        data_identity=read_config(runs[0]).data_identity,
        seed=asked["seed"],
    )
    files = sorted(folder.glob(SCORES.replace(".", "*.")))
    labels = [_label(pq.read_table(file), "label") for file in files]
    order = {metric: place for place, metric in enumerate(asked["metric"].split(","))}
    labels.sort(key=lambda each: order.get(each.metric, len(order)))
    if files:
        scored, names = pq.read_table(files[0]), [one["label"] for one in asked["fitnesses"]]
        sizes = [label for label in BASELINES if label in scored.column_names and label not in names]
        columns += [BoardColumn(Column(label, _numbers(scored, label)), Choice(label)) for label in sizes]
    lengths = [*(len(each.values) for each in labels), *(len(column.scored.scores) for column in columns)]
    count = min(lengths) if files else 0
    if not count:
        raise UsageError(f"{folder}: has no scores by all its fitnesses yet; the same evo.correlate goes on")
    cut = tuple(replace(each, values=each.values[:count]) for each in labels)
    return Board(name, rows, tuple(texts[:count]), cut, tuple(_first_rows(column, count) for column in columns))


def board_of_results(name: str, file: Path) -> Board:
    """Return the scores of a file of ``runs/results``: seed 0 and ``photos``; the command in it names the rest."""
    table = pq.read_table(file)
    command = table.schema.metadata[b"selfnas.command"].decode()
    half = re.search(r"--rows (\w)", command)
    space = re.search(r"--space (\S+)", command)
    assert space is not None
    rows = BoardRows(
        space=as_stored(resolve_choice("space", space[1], {})),
        table=f"{table.schema.metadata[b'selfnas.table'].decode().removesuffix('.parquet')}.parquet",
        half=None if half is None else half[1],
        rows_seed=0,
        data="photos",
        data_identity="",
        seed=0,
    )
    named = [column for column in table.column_names if f"{column} seconds" in table.column_names]
    columns = [
        BoardColumn(
            Column(label, _numbers(table, label), _numbers(table, f"{label} seconds")),
            as_stored(named_fitnesses(label)[0][1].choice),
            command=command,
        )
        for label in named
    ]
    sizes = [BoardColumn(Column(label, _numbers(table, label)), Choice(label)) for label in BASELINES]
    labels = tuple(_label(table, column) for column in table.column_names if re.match(r"label( |$)", column))
    return Board(name, rows, tuple(table["candidate"].to_pylist()), labels, (*columns, *sizes))


def merged(boards: Sequence[Board]) -> Board:
    """Return one board of several, with the candidates that all begin with; raises UsageError for others."""
    shortest = min(boards, key=lambda board: len(board.texts))
    found = replace(shortest, columns=(), labels=())
    for board in boards:
        if not board.rows.scored_alike(found.rows) or board.texts[: len(found.texts)] != found.texts:
            raise UsageError(f"{board.rows} is not of the same candidates, space, images and seed as {found.rows}")
        found = found.joined(board.columns_for(found.texts))
        found = found.with_labels(replace(one, values=one.values[: len(found.texts)]) for one in board.labels)
    return found


def read_source(name: str, source: Path) -> Board:
    """Return what was scored, in any of the forms."""
    if source.is_dir():
        return board_of_correlation(name, source)
    try:
        return replace(read_board(source), name=name)
    except UsageError:
        return board_of_results(name, source)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="of the board")
    parser.add_argument("sources", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--labels", help="names of labels to keep, with commas between (default: all)")
    parser.add_argument("--unit", default="", help="of the labels")
    return run_command("leaderboard_scores", lambda: _write(parser.parse_args(arguments)))


def _write(given: argparse.Namespace) -> int:
    board = merged([read_source(given.name, source) for source in given.sources])
    if given.labels:
        board = replace(board, labels=tuple(one for one in board.labels if one.name in given.labels.split(",")))
    board = replace(board, labels=tuple(replace(one, unit=one.unit or given.unit) for one in board.labels))
    path = given.out / f"{given.name}.parquet"
    write_board(path, board)
    print(f"{path}: {len(board.texts)} rows, {', '.join(column.label for column in board.columns)}")
    return DONE


def _first_rows(column: BoardColumn, count: int) -> BoardColumn:
    scored = column.scored
    seconds = None if scored.seconds is None else scored.seconds[:count]
    return replace(column, scored=replace(scored, scores=scored.scores[:count], seconds=seconds))


def _command(words: Sequence[str], table: str) -> str:
    named = [Path(table).name if Path(word).name == Path(table).name else word for word in words[1:]]
    quoted = [f'"{word}"' if re.search(r"[(), ]", word) else word for word in without_places(named)]
    return f"python -m evo.correlate {' '.join(quoted)}"


def _label(table: object, column: str) -> BoardLabels:
    metadata = table.schema.metadata  # type: ignore[attr-defined]
    name = metadata[b"selfnas.metric"].decode() if column == "label" else column.removeprefix("label ")
    return BoardLabels(name.removeprefix("-"), _numbers(table, column), "", name.startswith("-"))


def _numbers(table: object, column: str) -> np.ndarray:
    found = table[column].to_pylist()  # type: ignore[index]
    return np.array([np.nan if value is None else value for value in found], dtype=float)


if __name__ == "__main__":
    sys.exit(main())
