"""The members of a table, among which alone a space then samples and mutates.

Letters: M members of the pool, N mutants that are tried.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic

import numpy as np
from numpy.typing import NDArray

from spaces.base import CandidateT
from spaces.tables.table_file import read_table_file
from tasks.foundation.errors import UsageError, first_line
from tasks.foundation.plain_files import MOST_TENSOR_BYTES, read_plain

Signatures = NDArray[np.uint64]
"""Numbers that are equal where candidates have equal keys; 0 where what was drawn is no candidate."""

TRIES = 128
"""Mutants among which a neighbour in the pool is looked for; of 20,000 cells of NAS-Bench-101 most have one."""

_LONGEST_TEXT = 100


def settle_pool(options: dict[str, object]) -> dict[str, object]:
    """Return options with the full path of ``pool``, and in ``pool_digest`` a digest of that file where none is given.

    So a table that was replaced is noticed. A file that cannot be read has no digest; ``open_pool`` says why.
    """
    if not options["pool"]:
        return options
    path = Path(str(options["pool"])).absolute()
    return {**options, "pool": str(path), "pool_digest": options["pool_digest"] or _digest_of(path)}


class TablePool(Generic[CandidateT]):
    """At least two candidates of different keys."""

    def __init__(self, file: str, members: Sequence[CandidateT], signatures: Signatures) -> None:
        """Keep the first member of each signature [M], in their order; raises UsageError for one alone."""
        self._signatures, first = np.unique(signatures, return_index=True)
        if len(first) < 2:
            raise UsageError(f"space.pool={file}: names one candidate; a pool needs two that differ")
        order = np.argsort(first)
        self.members: tuple[CandidateT, ...] = tuple(members[place] for place in first[order].tolist())
        self._place = np.argsort(order)  # among the members, of each signature in rising order

    def sample(self, rng: np.random.Generator) -> CandidateT:
        """Return a member, all equally likely."""
        return self.members[int(rng.integers(len(self.members)))]

    def neighbour(self, signatures: Signatures, rng: np.random.Generator) -> CandidateT:
        """Return the first member among mutants, or a random one where none is; of another signature in any case.

        signatures: [1 + N], of the parent, which need not be a member, and of its mutants
        """
        own, tried = signatures[0], signatures[1:]
        ranks = np.minimum(np.searchsorted(self._signatures, tried), len(self._signatures) - 1)
        found = np.flatnonzero((self._signatures[ranks] == tried) & (tried != own))
        rank = int(ranks[found[0]]) if len(found) else self._other(own, rng)
        return self.members[int(self._place[rank])]

    def _other(self, own: np.uint64, rng: np.random.Generator) -> int:
        """Return the rank of a random member that the parent is not, all equally likely."""
        parent = int(np.searchsorted(self._signatures, own))
        if parent == len(self._signatures) or self._signatures[parent] != own:
            return int(rng.integers(len(self._signatures)))
        drawn = int(rng.integers(len(self._signatures) - 1))
        return drawn + (drawn >= parent)


def open_pool(
    file: str,
    digest: str,
    decode: Callable[[str], CandidateT],
    signatures_of: Callable[[Sequence[CandidateT]], Signatures],
) -> TablePool[CandidateT] | None:
    """Return the pool of the candidates in a table, a Parquet or CSV file; None where no file is named.

    digest: of the file with which a search was begun, or nothing
    decode: reads a candidate of the space, raises ValueError

    Raises UsageError for a file that is no table, is another than the digest's, has a row that is no candidate of the
    space, or names one candidate alone.
    """
    if not file:
        if digest:
            raise UsageError(f"space.pool_digest={digest}: is that of a pool; give space.pool=FILE, too")
        return None
    path = Path(file)
    texts = read_table_file(path, ()).candidates
    if digest and digest != _digest_of(path):
        raise UsageError(
            f"space.pool={file}: is not the file that the search was begun with (space.pool_digest={digest}); put that "
            "one back, or begin another search"
        )
    members = [_member(file, row, text, decode) for row, text in enumerate(texts, start=1)]
    return TablePool(file, members, signatures_of(members))


def _member(file: str, row: int, text: str, decode: Callable[[str], CandidateT]) -> CandidateT:
    try:
        return decode(text)
    except ValueError as error:
        reason = first_line(error)[:_LONGEST_TEXT]
        raise UsageError(
            f"space.pool={file}: row {row} is {text[:_LONGEST_TEXT]!r}, no candidate of this space: {reason}; take a "
            "table of the space's own candidates"
        ) from error


def _digest_of(path: Path) -> str:
    try:
        return hashlib.sha256(read_plain(path, most=MOST_TENSOR_BYTES)).hexdigest()[:16]
    except OSError:
        return ""
