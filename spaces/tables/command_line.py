"""What ``python -m spaces.tables`` does: parse, then import or show; nothing heavy before that."""

import argparse
from collections.abc import Sequence

from spaces.tables.kinds import KINDS, Kind
from tasks.foundation.command_line import DONE, OneLineParser, named_path, run_command, say
from tasks.foundation.errors import UsageError, unknown_name

_IMPORT_EPILOG = f"""\
kinds and their files:
{chr(10).join(f"  {name:<14}{kind.file}" for name, kind in KINDS.items())}

Runs of one candidate are averaged, also those of copies that differ in names or in the order of vertices. Sizes are
not: where runs disagree, and in nasbench201 and nats wherever a file differs from it, the space's own count is taken
and the place is said. Of a Parquet file all columns of numbers are kept under their names, true as 1, and of
NAS-Bench-NLP's losses per epoch the least, as val_loss, ...; a loss stays a loss, for evo.correlate --lower-is-better.

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
    show.add_argument(
        "table", type=named_path, metavar="TABLE", help="Parquet or CSV file with a candidate or arch column"
    )
    return root


def _add_import(commands: "argparse._SubParsersAction[OneLineParser]") -> None:
    command = commands.add_parser(
        "import",
        help="make a table of a published benchmark file",
        epilog=_IMPORT_EPILOG,
    )
    command.add_argument("kind", metavar="KIND", help=", ".join(KINDS))
    command.add_argument("file", type=named_path, metavar="FILE", help="as published, see below")
    command.add_argument(
        "--out",
        type=named_path,
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
    from spaces.tables.import_progress import import_progress
    from spaces.tables.importing import import_table
    from spaces.tables.published import ImportRequest

    with import_progress(options.file.name) as watch:
        request = ImportRequest(options.file, options.member, options.space, options.trust, watch)
        done = import_table(kind, request, options.out, force=options.force, skip_outside=options.skip_outside)
    outside = f", {done.outside:,} outside the space left out" if done.outside else ""
    say("\n".join([f"{options.out}: {done.candidates:,} candidates of {done.records:,} records{outside}", *done.notes]))
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
    from spaces.tables.table import CandidateTable
    from spaces.tables.table_text import describe_table

    say("\n".join(describe_table(CandidateTable(options.table))))
    return DONE
