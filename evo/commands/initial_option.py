"""The option of candidates to begin with: a file of them, or the published ones."""

import argparse
from pathlib import Path

from evo.records.requests import PUBLISHED
from tasks.foundation.command_line import named_path
from tasks.foundation.errors import UsageError
from tasks.foundation.plain_files import read_plain_text


def add_initial(group: argparse._ArgumentGroup) -> None:
    """Add the option."""
    group.add_argument(
        "--initial",
        type=_named,
        metavar="FILE",
        help="score the candidates of this file first, one text per line; of proxy tasks also published: those that "
        "are shipped, and mutants of them, up to half of the population (./published for a file of that name)",
    )


def initial_in(given: Path | str | None) -> tuple[str, ...] | str | None:
    """Return the lines of a file that are not blank, ``PUBLISHED`` and None as they are.

    Raises UsageError for a file that has none or cannot be read.
    """
    if given is None or isinstance(given, str):
        return given
    try:
        lines = tuple(line.strip() for line in read_plain_text(given).splitlines() if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--initial {given}: cannot be read ({error})") from error
    if not lines:
        raise UsageError(f"--initial {given}: lists no candidate; write one encoded candidate per line")
    return lines


def _named(text: str) -> Path | str:
    return PUBLISHED if text == PUBLISHED else named_path(text)
