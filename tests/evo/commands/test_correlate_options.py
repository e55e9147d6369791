"""Catches: an option that is missing, does not arrive, or has another default than its help says."""

from pathlib import Path

import pytest

from evo.commands.correlate_options import parser, read_command
from evo.correlation.request import DROP, WORST, CorrelationRequest
from evo.records.requests import Placement
from tasks.foundation.errors import UsageError

NEEDED = ["--space", "s", "--fitness", "f", "--table", "t.csv", "--metric", "m"]


def request(*more: str) -> CorrelationRequest:
    return read_command([*NEEDED, *more]).request


def test_defaults() -> None:
    asked = request()
    assert (asked.space, asked.fitness, asked.table, asked.metric) == ("s", "f", Path("t.csv"), "m")
    assert (asked.sample, asked.rows, asked.rows_seed, asked.failed) == (None, None, 0, WORST)
    assert (asked.data, asked.seed, asked.run_dir, asked.trial_timeout) == (None, 0, None, None)
    assert (asked.lower_is_better, asked.download, asked.placement) == (False, False, Placement())
    assert not read_command(NEEDED).quiet


def test_what_is_given_arrives() -> None:
    asked = request("--rows", "B", "--failed", "drop", "--set", "space.a=1", "--set", "space.b=2", "--workers", "0")
    assert (asked.rows, asked.failed, asked.options["space"]) == ("B", DROP, {"a": "1", "b": "2"})
    assert asked.placement == Placement(workers="0")
    assert request("--lower-is-better", "--data", "digits").data == "digits"
    assert read_command([*NEEDED, "--quiet"]).quiet


@pytest.mark.parametrize("missing", ["--space", "--fitness", "--table", "--metric"])
def test_what_is_needed_is_asked_for(missing: str) -> None:
    at = NEEDED.index(missing)
    with pytest.raises(UsageError, match=missing):
        read_command(NEEDED[:at] + NEEDED[at + 2 :])


def test_help_says_how_failures_and_ties_count() -> None:
    text = " ".join(parser().format_help().split())
    assert "ties share their average rank" in text
    assert "rank below all others" in text
    assert "among the best K % by score" in text
