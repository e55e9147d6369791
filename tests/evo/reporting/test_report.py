"""Catches: a report that is written elsewhere than said, over a file that nobody gave up or half; a run named as
another; what a folder names that is imported; rows that are not written where asked for."""

import logging
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import evo
from evo.records.config import Choice
from evo.reporting.report import report, run_report
from evo.reporting.request import ReportRequest
from tasks.foundation.errors import UsageError
from tests.run_folders import CELLS, config_of, done, write_run


def test_one_run_has_its_page_in_its_folder(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    run = write_run(tmp_path / "x", [done(0, 1.0)])
    with caplog.at_level(logging.INFO, "evo"):
        assert report(run) == run / "report.html"
    assert "Report of x" in (run / "report.html").read_text()
    assert caplog.messages[0].startswith(f"{run}/report.html: 1 trial, ")
    assert report([str(run)]) == run / "report.html"
    with pytest.raises(UsageError, match="runs="):
        report(3)  # type: ignore[arg-type]


def test_several_have_one_where_it_is_named_with_their_rows_beside(tmp_path: Path) -> None:
    runs = [write_run(tmp_path / name / "x", [done(0, 1.0)]) for name in ("a", "b")]
    with pytest.raises(UsageError, match="name its file"):
        report(runs)
    page = report(runs, out=tmp_path / "all.html", csv=tmp_path / "rows.csv")
    assert f"{tmp_path}/a/x" in page.read_text()  # as both are called x
    assert len((tmp_path / "rows.csv").read_text().splitlines()) == 3
    with pytest.raises(UsageError, match="exists already"):
        report(runs, out=page)
    assert report(runs, out=page, force=True) == page


def test_a_run_in_hand_reports_itself(tmp_path: Path) -> None:
    write_run(tmp_path / "x", [done(0, 1.0)])
    run = evo.load(tmp_path / "x")
    assert run.report() == tmp_path / "x" / "report.html"
    other = run.report(tmp_path / "y.html", csv=tmp_path / "rows.csv")
    assert run.report(other) == tmp_path / "y.html"
    assert evo.report(run) == run.report()


def test_a_space_that_is_handed_over_is_drawn_and_one_that_a_folder_names_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_space.py").write_text("raise SystemExit\n")
    monkeypatch.syspath_prepend(tmp_path)
    config = replace(config_of(), space=Choice("own_space:Space"))
    run = write_run(tmp_path / "x", [done(0, 1.0, text=CELLS[0])], config=config)
    report(run)
    assert "own_space" not in sys.modules
    assert "stand here as text" in (run / "report.html").read_text()
    from tests.small_spaces import small_space

    run_report(ReportRequest(runs=(run,)), objects={"space": small_space("nasbench201")})
    assert "stand here as text" not in (run / "report.html").read_text()


def test_a_link_in_place_of_the_page_is_not_written_through(tmp_path: Path) -> None:
    run = write_run(tmp_path / "x", [done(0, 1.0)])
    (tmp_path / "theirs").write_text("kept")
    (run / "report.html").symlink_to(tmp_path / "theirs")
    report(run)
    assert (tmp_path / "theirs").read_text() == "kept"
    assert not (run / "report.html").is_symlink()
