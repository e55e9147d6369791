"""Catches: an option that is missing or has another default than its help says."""

from pathlib import Path

import pytest

from evo.commands.correlate_options import DROP, WORST, parser
from tasks.foundation.errors import UsageError

NEEDED = ["--space", "s", "--fitness", "f", "--table", "t.csv", "--metric", "m"]


def test_defaults() -> None:
    options = parser().parse_args(NEEDED)
    assert (options.sample, options.rows, options.rows_seed, options.failed) == (None, None, 0, WORST)
    assert (options.data, options.seed, options.workers, options.address) == ("photos", 0, "auto", "local")
    assert (options.table, options.run_dir, options.quiet) == (Path("t.csv"), None, False)
    assert not options.lower_is_better


def test_what_is_given_arrives() -> None:
    options = parser().parse_args(
        [*NEEDED, "--rows", "B", "--failed", "drop", "--set", "space.a=1", "--set", "space.b=2"]
    )
    assert (options.rows, options.failed, options.assignments) == ("B", DROP, ["space.a=1", "space.b=2"])


@pytest.mark.parametrize("missing", ["--space", "--fitness", "--table", "--metric"])
def test_what_is_needed_is_asked_for(missing: str) -> None:
    at = NEEDED.index(missing)
    with pytest.raises(UsageError, match=missing):
        parser().parse_args(NEEDED[:at] + NEEDED[at + 2 :])


def test_help_says_how_failures_and_ties_count() -> None:
    text = " ".join(parser().format_help().split())
    assert "ties share their average rank" in text
    assert "rank below all others" in text
    assert "among the best K % by score" in text
