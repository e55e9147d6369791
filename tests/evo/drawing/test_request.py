"""Catches: a drawing that is asked for with another type than its fields have."""

from pathlib import Path

import pytest

from evo.drawing.request import DrawRequest
from tasks import UsageError


def test_paths_may_be_texts_and_other_types_are_refused() -> None:
    assert DrawRequest(run="runs/x", out="a.svg") == DrawRequest(run=Path("runs/x"), out=Path("a.svg"))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="candidate=3: input should be a valid string"):
        DrawRequest(candidate=3)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="out='': an empty text"):
        DrawRequest(out="")  # type: ignore[arg-type]


def test_a_run_or_a_space_and_a_candidate_are_needed() -> None:
    asked: dict[str, str]
    for asked in ({}, {"space": "nasbench201"}, {"candidate": "text"}):
        with pytest.raises(UsageError, match="name a run, or a space by --space"):
            DrawRequest(**asked)  # type: ignore[arg-type]
