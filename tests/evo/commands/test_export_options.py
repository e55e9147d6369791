"""Catches: an option that does not reach the request, a default that overrides the request's own."""

from pathlib import Path

from evo.commands.export_options import parser, read_command
from evo.exporting.formats import FORMATS
from evo.exporting.request import ExportRequest


def test_what_is_not_said_is_the_requests_default() -> None:
    found = read_command(["runs/x"])
    assert (found.request, found.quiet) == (ExportRequest(run=Path("runs/x")), False)


def test_every_option_reaches_the_request() -> None:
    words = ["--candidate", "c", "--format", "f", "--space", "s", "--force", "--trust-plugins", "--quiet"]
    found = read_command(["runs/x", *words])
    asked = {"candidate": "c", "format": "f", "space": "s", "force": True, "trust": True}
    assert (found.request, found.quiet) == (ExportRequest(run=Path("runs/x"), **asked), True)  # type: ignore[arg-type]


def test_the_help_names_every_format() -> None:
    text = parser().format_help()
    assert all(name in text for name in FORMATS)
