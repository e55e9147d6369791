"""What ``python -m spaces.tables`` does: parse, then import or show; nothing heavy before that."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from spaces.tables.kinds import KINDS, Kind
from spaces.tables.table import Table
from spaces.tables.table_file import Floats
from tasks.foundation.command_line import DONE, OneLineParser, run_command, say
from tasks.foundation.errors import UsageError, unknown_name

_IMPORT_EPILOG = f"""\
kinds and their files:
{chr(10).join(f"  {name:<14}{kind.file}" for name, kind in KINDS.items())}

Runs of one candidate are averaged, also those of copies that differ in names or in the order of vertices. Of a Parquet
file all columns of numbers are kept under their names, true as 1, and of NAS-Bench-NLP's losses per epoch the least, as
val_loss, ...; a loss stays a loss, for evo.correlate --lower-is-better.

nasbench201 and nats are pickles: they are read only with --trust, and then without running anything that they name. The
4.7 GB of nasbench201 are one pickle, of which the last epoch of every run is kept: that takes minutes and gigabytes.
nasbench101 and nds are read record by record, in little memory."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of both commands."""
    root = OneLineParser(
        prog="python -m spaces.tables", description="Tables of labelled candidates.", allow_abbrev=False
    )
    commands = root.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_import(commands)
    show = commands.add_parser("show", help="say what a table holds", allow_abbrev=False)
    show.add_argument("table", type=Path, metavar="TABLE", help="Parquet or CSV file with a candidate or arch column")
    return root


def _add_import(commands: "argparse._SubParsersAction[OneLineParser]") -> None:
    command = commands.add_parser(
        "import",
        help="make a table of a published benchmark file",
        epilog=_IMPORT_EPILOG,
    )
    command.add_argument("kind", metavar="KIND", help=", ".join(KINDS))
    command.add_argument("file", type=Path, metavar="FILE", help="as published, see below")
    command.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="TABLE",
        help="Parquet file to write, or CSV",
    )
    command.add_argument("--member", metavar="NAME", help="nds: the sweep to read from data.zip, e.g. ResNet")
    command.add_argument("--space", metavar="S", help="space of the candidates (default: the benchmark's own)")
    command.add_argument("--trust", action="store_true", help="read a pickle")
    command.add_argument(
        "--skip-outside", action="store_true", help="leave out architectures that the space does not contain"
    )
    command.add_argument("--force", action="store_true", help="replace TABLE if it exists")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_command("spaces.tables", lambda: _run(parser().parse_args(arguments)))


def _run(options: argparse.Namespace) -> int:
    return _import(options) if options.command == "import" else _show(options)


def _import(options: argparse.Namespace) -> int:
    kind = _kind(options)
    pass
    from spaces.tables.importing import import_table
    from spaces.tables.published import Request

    with import_progress(options.file.name) as watch:
        request = Request(options.file, options.member, options.space, options.trust, watch)
        done = import_table(kind, request, options.out, force=options.force, skip_outside=options.skip_outside)
    outside = f", {done.outside:,} outside the space left out" if done.outside else ""
    say(f"{options.out}: {done.candidates:,} candidates of {done.records:,} records{outside}")
    return DONE


def _kind(options: argparse.Namespace) -> Kind:
    if options.kind not in KINDS:
        raise unknown_name("kind", options.kind, KINDS)
    kind = KINDS[options.kind]
    if options.member is not None and not kind.members:
        raise UsageError(f"--member is for nds, not for {options.kind}")
    if options.trust and not kind.pickled:
        raise UsageError(f"--trust is for pickles, and {options.kind} is none")
    return kind


def _show(options: argparse.Namespace) -> int:
    from spaces.tables.table import Table

    pass

    say("\n".join(describe_table(Table(options.table))))
    return DONE


_HEADER = ("column", "unit", "min", "median", "max", "missing")
_NOT_STATED = "not stated"


def describe_table(table: Table) -> list[str]:
    """Return lines that say how many candidates a table has, where they come from, and what each column holds."""
    info = table.info
    lines = [
        f"{table.path}: {len(table):,} candidates",
        f"space: {info.space or _NOT_STATED}",
        f"source: {info.source or _NOT_STATED}",
        f"licence: {info.licence or _NOT_STATED}",
        *(f"{name}: {_plain(value)}" for name, value in info.details.items()),
        f"first candidate: {table.candidates()[0]}",
    ]
    rows = [_row(name, info.units.get(name, "-"), table.column(name)) for name in table.columns]
    lines += _aligned([_HEADER, *rows])
    return [*lines, f"not numeric: {', '.join(table.others)}"] if table.others else lines


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _row(name: str, unit: str, values: Floats) -> tuple[str, ...]:
    present = values[~np.isnan(values)]
    statistics = (present.min(), np.median(present), present.max()) if len(present) else (np.nan,) * 3
    missing = len(values) - len(present)
    return (name, unit, *(_number(float(value)) for value in statistics), f"{missing:,}" if missing else "0")


def _number(value: float) -> str:
    if np.isnan(value):
        return "-"
    return f"{int(value):,}" if value.is_integer() and abs(value) < 1e15 else f"{value:.6g}"


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return rows as lines: the first two columns flush left, numbers flush right."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return ["  ".join(_padded(row, widths)).rstrip() for row in rows]


def _padded(row: tuple[str, ...], widths: list[int]) -> list[str]:
    return [
        cell.ljust(w) if index < 2 else cell.rjust(w) for index, (cell, w) in enumerate(zip(row, widths, strict=True))
    ]


_SECONDS_BETWEEN_LINES = 10.0

Watch = Callable[[float], None]


@contextmanager
def import_progress(what: str) -> Iterator[Watch]:
    """Provide the function that is told which part, 0 to 1, has been read."""
    if not sys.stderr.isatty():
        yield _lines(what, time.monotonic)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda part: bar.update(task, completed=part)


def _lines(what: str, clock: Callable[[], float]) -> Watch:
    """Return a function that prints at most one line every ten seconds, the first after ten."""
    said = clock()

    def watch(part: float) -> None:
        nonlocal said
        if clock() - said >= _SECONDS_BETWEEN_LINES:
            said = clock()
            print(f"{what}: {part:.0%} read", file=sys.stderr, flush=True)

    return watch
