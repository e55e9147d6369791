"""Catches: a field of the wrong type that is taken."""

from pathlib import Path

import pytest

from evo.exporting.request import ExportRequest
from tasks.foundation.errors import UsageError


def test_defaults_are_the_best_as_torch_source() -> None:
    found = ExportRequest(run="runs/x")  # type: ignore[arg-type]
    assert (found.run, found.candidate, found.format, found.force, found.trust) == (
        Path("runs/x"),
        None,
        "torch",
        False,
        False,
    )
    with pytest.raises(UsageError, match="force='yes'"):
        ExportRequest(run=Path("x"), force="yes")  # type: ignore[arg-type]
