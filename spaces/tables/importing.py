"""Makes a table of a published benchmark file."""

from dataclasses import dataclass
from pathlib import Path

from spaces.tables.kinds import Kind
from spaces.tables.mean_rows import MeanRows
from spaces.tables.published import ImportRequest, Published
from spaces.tables.settled_sizes import settle_sizes
from spaces.tables.table_writing import write_table
from tasks.foundation.errors import UsageError, first_line
from tasks.foundation.output_files import check_output, is_there


@dataclass(frozen=True)
class Imported:
    """How much a file held: runs read, candidates written, runs of architectures outside the space.

    notes: what a reader of the table should know of it, a line each
    """

    records: int
    candidates: int
    outside: int
    notes: tuple[str, ...] = ()


def import_table(
    kind: Kind, request: ImportRequest, out: Path, *, force: bool = False, skip_outside: bool = False
) -> Imported:
    """Read a published file and write its table; runs of one candidate are averaged, but not their sizes.

    force: replace ``out``; skip_outside: leave out architectures that the space does not contain. Raises UsageError
    for anything else that cannot be read or written, and then leaves ``out`` as it was.
    """
    if not is_there(request.path):
        raise UsageError(f"{request.path}: no such file")
    check_output(out, force=force)
    if out.exists() and out.samefile(request.path):
        raise UsageError(f"{out}: is the file to read; name another to write")
    if kind.pickled and not request.trust:
        raise UsageError(
            f"{request.path}: is read as a pickle, which can harm where it comes from a stranger; --trust reads it, "
            "without running anything that it names"
        )
    published = kind.reader()(request)
    rows = MeanRows(published.info.units, sizes=published.sizes.columns)
    records, outside = _gather(request.path, published, rows, skip_outside)
    columns = rows.means()
    if not columns:
        raise UsageError(f"{request.path}: holds no measurement of any candidate")
    notes = settle_sizes(rows, columns, published.sizes)
    write_table(out, published.info, rows.candidates(), columns)
    return Imported(records, len(rows), outside, tuple(notes))


def _gather(path: Path, published: Published, rows: MeanRows, skip_outside: bool) -> tuple[int, int]:
    records = outside = 0
    for record in published.records:
        records += 1
        try:
            candidate = published.encode(*record.architecture)
        except ValueError as error:
            if not skip_outside:
                raise _outside(path, record.place, published.info.space, error) from error
            outside += 1
        else:
            rows.add(candidate, record.values)
    return records, outside


def _outside(path: Path, place: str, space: str, error: ValueError) -> UsageError:
    return UsageError(
        f"{path}: {place} is not in space {space!r}: {first_line(error)} (--skip-outside leaves such out)"
    )
