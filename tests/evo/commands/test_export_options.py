"""Catches: an option that does not reach the request, a default that overrides the request's own."""

from pathlib import Path

import pytest

from evo.commands.export_options import parser, read_command
from evo.exporting.formats import FORMATS
from evo.exporting.request import ExportRequest
from tasks.foundation.errors import UsageError


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


def test_trials_go_to_optuna_and_no_network_with_them() -> None:
    found = read_command(["runs/x", "--optuna", "sqlite:///x.db", "--study", "s", "--trust-plugins"])
    assert (found.storage, found.study) == ("sqlite:///x.db", "s")
    with pytest.raises(UsageError, match="--optuna exports trials, no network: leave out --seed-of"):
        read_command(["runs/x", "--optuna", "a", "--seed-of", "1"])
    with pytest.raises(UsageError, match="--study s: names a study of Optuna; give --optuna, too"):
        read_command(["runs/x", "--study", "s"])
