"""Catches: a report of what is no run, of a run twice, or over a file that nobody gave up."""

from pathlib import Path
from typing import Any

import pytest

from evo.reporting.request import ReportRequest
from evo.reporting.request_checks import check_report
from tasks.foundation.errors import UsageError
from tests.run_folders import done, write_run


def request(*runs: Path, **more: Any) -> ReportRequest:
    return ReportRequest(runs=runs, **more)


def test_a_run_whose_page_is_there_already_has_it_replaced(tmp_path: Path) -> None:
    run = write_run(tmp_path / "x", [done(0, 1.0)])
    (run / "report.html").touch()
    check_report(request(run))
    (run / "config.json").unlink()
    check_report(request(run))


def test_what_is_wrong_is_told(tmp_path: Path) -> None:
    run, old = write_run(tmp_path / "x"), tmp_path / "old.html"
    old.touch()
    (tmp_path / "empty").mkdir()
    faults = {
        "is no folder": request(tmp_path / "nowhere"),
        "holds no run": request(tmp_path / "empty"),
        "is given twice": request(run, tmp_path / "x" / ".." / "x", out=tmp_path / "new.html"),
        "exists already": request(run, out=old),
        r"x\.pdf: is a page of HTML; name a file that ends in \.html or \.htm": request(run, out=tmp_path / "x.pdf"),
        "0 runs": request(),
        "is the page itself": request(run, out=tmp_path / "a.html", csv=tmp_path / "a.html"),
        "does not exist": request(run, csv=tmp_path / "no" / "rows.csv"),
    }
    for words, asked in faults.items():
        with pytest.raises(UsageError, match=words):
            check_report(asked)
    check_report(request(run, out=old, force=True))
