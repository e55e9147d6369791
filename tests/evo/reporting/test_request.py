"""Catches: a report of several runs that goes into the folder of one."""

from pathlib import Path

import pytest

from evo.reporting.request import ReportRequest
from tasks.foundation.errors import UsageError


def test_the_page_of_one_run_is_in_its_folder_and_that_of_several_is_named() -> None:
    assert ReportRequest(runs=(Path("x"),)).page == Path("x/report.html")
    assert ReportRequest(runs=(Path("x"), Path("y")), out=Path("z.html")).page == Path("z.html")
    with pytest.raises(UsageError, match="2 runs have one report: name its file, --out"):
        _ = ReportRequest(runs=(Path("x"), Path("y"))).page
