"""Catches: a text of somebody's that becomes markup, a page that needs something from elsewhere, a section that is
missing or says nothing, a page that is too large, contents that lead nowhere."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from evo.drawing.space_of_run import SpaceOfRun, space_of
from evo.records.config import Choice
from evo.reporting import report_page
from evo.reporting.report_page import LEFT_OUT, Detail, Reported, report_html
from evo.reporting.run_files import RunFiles, read_run_files
from tests.html_pages import read_page
from tests.run_folders import config_of, done, epoch_row, files_of, write_run

SCRIPT = "<script>alert(1)</script>"
ELSEWHERE = r"(?:src|href)=(?!\"#|\"data:)|@import|url\(|<script|<link|https?://(?!www\.w3\.org)"
PLAIN = SpaceOfRun(None, "No space.")


def page(*runs: RunFiles, spaces: list[SpaceOfRun] | None = None) -> str:
    return report_html(Reported(runs, spaces or [PLAIN] * len(runs), [], "Made at noon."))


def test_a_run_of_everything_has_every_section(tmp_path: Path) -> None:
    trials = [done(n, float(n), parent=n - 1 if n else None, started_at=float(n), evaluate_s=1.0) for n in range(9)]
    run = files_of(tmp_path, [*trials, done(9, None, error="no")])
    html = page(run, spaces=[space_of(tmp_path, run.config)])
    assert read_page(html).tags.count("svg") == 3 + 2 + 2 + 1 + 1 + 3
    for heading in ("What was searched", "How sure", "best score rose", "population", "size", "Failures", "time went"):
        assert re.search(f"<h2>[^<]*{heading}", html)
    assert "Family of trial 8" in html
    assert LEFT_OUT in html
    assert "This is no differentiable search" in html


def test_nothing_comes_from_elsewhere_and_every_link_leads_somewhere(tmp_path: Path) -> None:
    html = page(files_of(tmp_path, [done(n, float(n)) for n in range(12)]))
    assert not re.search(ELSEWHERE, html)
    links = re.findall(r'href="#([^"]+)"', html)
    assert links
    assert set(links) <= set(re.findall(r'id="([^"]+)"', html))


def test_texts_of_others_are_shown_as_texts(tmp_path: Path) -> None:
    folder = tmp_path / f"a{SCRIPT.replace('/', ' ')}"
    config = replace(config_of(), data=SCRIPT, fitness=Choice("consensus", {"members": [{"label": SCRIPT}]}))
    trials = [
        done(n, float(n), parent=n - 1 if n else None, text=f"{SCRIPT}{n}", metrics={SCRIPT: 1.0}) for n in range(12)
    ]
    trials.append(done(12, None, error=f'{SCRIPT}\n"><img src=x onerror=alert(1)>'))
    epochs = [epoch_row(0, n, alphas=[0.5, 1.0]) for n in range(2)]
    names = [f"{SCRIPT} 0->1 a", f"{SCRIPT} 0->1 b"]
    write_run(folder, trials, config=config, state=SCRIPT, epochs=epochs, alpha_names=names)
    (folder / "evaluations" / "part-00009.parquet").write_bytes(SCRIPT.encode())
    run = read_run_files(folder)
    for html in (page(run), page(run, replace(run, name=f"{SCRIPT}2"))):
        found = read_page(html)
        assert "script" not in found.tags
        assert "img" not in found.tags
        assert not {name for name in found.attributes if name.startswith("on")}
        assert f"{SCRIPT}3" in " ".join(found.texts)


def test_several_runs_are_told_apart(tmp_path: Path) -> None:
    runs = [files_of(tmp_path / f"run{n}", [done(0, float(n))], config=config_of(seed=n)) for n in range(2)]
    html = page(*runs)
    assert ">run1</a>" in html
    assert "<h2>run1: The best candidates</h2>" in html
    assert "2 runs have one" not in html
    assert html.count("The fitness is no consensus") == 1


def test_a_page_that_is_too_large_is_made_with_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_page, "DETAILS", (Detail(points=200), Detail(points=50), Detail(points=5)))
    run = files_of(tmp_path, [done(n, float(n % 7)) for n in range(150)])
    large = page(run)
    assert "fewer points" not in large
    monkeypatch.setattr(report_page, "MOST_BYTES", len(large.encode()))
    smaller = page(run)
    assert "fewer points and diagrams than usual" in smaller
    assert "of 150 trials one in 3 is drawn" in " ".join(smaller.split())
    assert len(smaller) < len(large)
    monkeypatch.setattr(report_page, "MOST_BYTES", 10)
    assert len(page(run)) < len(smaller)


def test_a_broken_run_says_what_is_missing(tmp_path: Path) -> None:
    write_run(tmp_path, [done(0, 1.0)])
    (tmp_path / "config.json").unlink()
    html = page(read_run_files(tmp_path))
    assert "What cannot be read" in html
    assert "config.json" in html
    assert "trial 0 with fitness 1" in html
