"""Catches: an option that is missing or does not arrive."""

from pathlib import Path

from evo.commands.report_options import read_command
from evo.reporting.request import ReportRequest


def test_defaults() -> None:
    assert read_command(["x"]) == (ReportRequest(runs=(Path("x"),)), False)


def test_what_is_given_arrives() -> None:
    asked, quiet = read_command(
        ["x", "y", "--out", "a.html", "--csv", "b.csv", "--force", "--trust-plugins", "--quiet"]
    )
    assert quiet
    assert asked == ReportRequest(
        runs=(Path("x"), Path("y")), out=Path("a.html"), csv=Path("b.csv"), force=True, trust=True
    )
