"""Catches: a number that the files do not share, a score beside another candidate, a page that needs the network or is
broken by a name, and JSON with NaN in it."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from evo.correlation.findings import find
from evo.correlation.labels import LabelledSample
from evo.correlation.result_files import MARKDOWN, NUMBERS, PAGE, SCORES, holds_another, write_results
from evo.display.text_table import show
from evo.scoring.scores import Column
from tests.evo.correlation.small_results import ASKED, COLUMNS, LABELS, RESULTS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_results(tmp_path, RESULTS)
    return tmp_path


def test_scores_lie_beside_their_candidate(folder: Path) -> None:
    table = pq.read_table(folder / SCORES)
    assert table.column_names == ["candidate", "label", COLUMNS[0].label, f"{COLUMNS[0].label} seconds", "random"]
    assert table["candidate"].to_pylist() == list("abcdef")
    assert table["label"].to_pylist() == LABELS.tolist()
    assert table[COLUMNS[0].label].to_pylist() == [1, 2, 3, None, 5, 6]
    assert table.schema.metadata[b"selfnas.metric"] == b"acc"


def test_every_number_is_in_the_json(folder: Path) -> None:
    values = json.loads((folder / NUMBERS).read_text(), parse_constant=pytest.fail)
    assert (values["rows"], values["rows_without_label"], values["request"]["metric"]) == (6, 2, "acc")
    cost = {"seconds_each": 0.5, "cpu_seconds": False}
    assert values["fitnesses"][COLUMNS[0].label] == {**cost, "reason": "ValueError: <no>"}
    first = values["findings"][0]
    assert (first["fitness"], first["part"], first["without_score"]) == (COLUMNS[0].label, "all", 1)
    found = RESULTS.findings[0].intervals["kendall"]
    assert first["statistics"]["kendall"] == [found.value, found.low, found.high]
    assert first["differences"]["random"]["spearman"] == [None, None, None]  # all scores of random are equal


def test_the_pages_show_the_same(folder: Path) -> None:
    for name in (MARKDOWN, PAGE):
        text = (folder / name).read_text()
        assert show(RESULTS.findings[0].intervals["spearman"]) in text
        assert "acc of t, 6 rows of half B, data noise, seed 3" in text
        assert "2 rows of the table lack a label" in text
        assert "1 without a score" in text


def test_what_is_said_of_references_keeps_its_columns(tmp_path: Path) -> None:
    write_results(tmp_path, replace(RESULTS, references={"consensus(a,<b>)": ["     [1]  macs", "[1]  1.00   .80"]}))
    for name, head in ((MARKDOWN, "## {}\n\n"), (PAGE, '<h2>{}</h2>\n<div class="scrolled">')):
        shown = head.format("Reference of consensus(a,&lt;b&gt;)") + "<pre>     [1]  macs\n[1]  1.00   .80</pre>"
        assert shown in (tmp_path / name).read_text()


def test_a_metric_of_which_lower_is_better_is_said(tmp_path: Path) -> None:
    lower = replace(RESULTS, lower_is_better=True)
    write_results(tmp_path, lower)
    for name in (MARKDOWN, PAGE):
        text = (tmp_path / name).read_text()
        assert "-acc of t, 6 rows" in text
        assert "Lower acc is better" in text
    assert "-acc (%)" in (tmp_path / PAGE).read_text()
    assert json.loads((tmp_path / NUMBERS).read_text())["lower_is_better"] is True
    assert pq.read_table(tmp_path / SCORES).schema.metadata[b"selfnas.metric"] == b"-acc"
    assert "is better" not in " ".join(RESULTS.notes)
    assert "-acc" not in RESULTS.headline


def test_several_metrics_lie_side_by_side(tmp_path: Path) -> None:
    for metric in ("acc", "val/acc"):
        results = replace(RESULTS, config=replace(ASKED, metric=metric))
        first = write_results(tmp_path, results, beside_others=True)[0]
        assert metric in first.read_text()
    kinds = ("results-{}.html", "results-{}.json", "results-{}.md", "scores-{}.parquet")
    expected = [kind.format(metric) for kind in kinds for metric in ("acc", "val-acc")]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(expected)


def test_the_page_stands_alone_and_escapes_names(folder: Path) -> None:
    page = (folder / PAGE).read_text()
    assert not re.search(r"<script|<link|src=|href=|https?:", page)
    assert "mine:Sum(a=&lt;b&gt;)" in page
    assert "<b>)" not in page
    assert page.count("<svg") == len(COLUMNS) + 1
    assert "acc (%)" in page
    assert "<title>a\nscore 1, label 3</title>" in page


HOSTILE = "</title><script>alert('x')</script>\x1b[2J\u202e\udce9|[a](javascript:b)\n# c"


def test_nothing_that_others_name_is_markup(tmp_path: Path) -> None:
    columns = [Column(HOSTILE, np.array([1, np.nan, 3, 4, 5, 6.0]), None, HOSTILE), Column("random", np.full(6, 0.5))]
    config = replace(ASKED, table=f"/t/{HOSTILE.replace('/', '')}.csv", data=HOSTILE)
    sample = LabelledSample((HOSTILE, *"bcdef"), LABELS, 0)
    hostile = replace(RESULTS, config=config, sample=sample, columns=columns, unit=HOSTILE, about=[HOSTILE])
    hostile = replace(hostile, references={HOSTILE: [HOSTILE]})
    write_results(tmp_path, replace(hostile, findings=find(columns, LABELS)))
    page, markdown = ((tmp_path / name).read_text(encoding="utf-8") for name in (PAGE, MARKDOWN))
    for text in (page, markdown):
        assert "<script" not in text
        assert not re.search("[\x1b\u202e]", text)
    assert page.count("</title>") == page.count("<title>")
    outside = re.sub("<pre>.*?</pre>", "", markdown, flags=re.DOTALL)
    assert "](javascript" not in outside
    assert "\n# c" not in markdown
    assert "\\u202e" in page


def test_the_files_of_another_metric_are_told(folder: Path) -> None:
    assert not holds_another(folder, "acc")
    assert holds_another(folder, "loss")
    (folder / NUMBERS).write_text("[")
    assert not holds_another(folder, "loss")
