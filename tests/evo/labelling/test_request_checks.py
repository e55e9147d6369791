"""Catches: a request for labels that is refused only after hours of training, or after seconds of loading."""

from pathlib import Path
from typing import Any

import pytest

from evo.labelling.request import LabelRequest
from evo.labelling.request_checks import check_panel_file, check_request
from tasks.foundation.errors import UsageError
from tests.loaded import loaded


def test_a_file_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "there.csv").touch()
    for path, words in (
        (tmp_path / "p.txt", "ends in .parquet or .csv"),
        (tmp_path / "none" / "p.csv", "does not exist"),
        (tmp_path / "there.csv", "exists already; --force replaces it"),
    ):
        with pytest.raises(UsageError, match=words) as caught:
            check_panel_file(path, force=False)
        assert str(caught.value).startswith("--out ")
    check_panel_file(tmp_path / "there.csv", force=True)
    check_panel_file(tmp_path / "new.Parquet", force=False)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"count": 4}, "--count 4: must be at least 5"),
        ({"seeds": 1}, "--seeds 1: must be at least 2"),
        ({"count": 10**12}, "--count 1000000000000: must be at most 100,000"),
        ({"seeds": 10**9}, "--seeds 1000000000: must be at most 1,000"),
        ({"epochs": 10**20}, "--epochs 100000000000000000000: must be at most 1,000,000"),
        ({"least_agreement": 1.5}, "--least-agreement 1.5: must be from -1 to 1"),
        ({"space": "dats"}, "unknown space 'dats'; did you mean 'darts'"),
        ({"out": Path("p.txt")}, "--out p.txt: name a file"),
        ({"trial_timeout": 0.0}, "--trial-timeout 0: must be"),
    ],
)
def test_what_needs_no_plugin_is_refused(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    right: dict[str, Any] = {"space": "darts", "data": "digits", "out": tmp_path / "p.csv"}
    check_request(LabelRequest(**right))
    with pytest.raises(UsageError, match=words):
        check_request(LabelRequest(**{**right, **change}))


def test_it_loads_neither_torch_nor_ray() -> None:
    program = """
from pathlib import Path
from evo.labelling.request import LabelRequest
from evo.labelling.request_checks import check_request
check_request(LabelRequest(space="darts", data="digits", out=Path("p.csv")))
"""
    assert loaded(program) == []
