"""Catches: a table of contents that leads nowhere, a file of scores that the page of results does not name, a figure of
one-batch scores without its sign, against other labels than published ones, or other than the stored scores give.
"""

import re
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from evo.engine.text_table import short
from fitness.rank_correlation.rank_statistics import spearman
from fitness.zero_cost.measures import MEASURES
from spaces.nasbench201.network import live_edges
from spaces.nasbench201.space import NasBench201
from tests.benchmarks.one_batch import StoredScores, ordered_pairs, preferences_of, read_scores

RESULTS = Path(__file__).parents[1] / "runs" / "results"
BIASES, BIASED = "space.biases=true", RESULTS / "nasbench201-fisher-biases.parquet"
PAGE = (RESULTS / "README.md").read_text(encoding="utf-8")


def anchor(heading: str) -> str:
    """Return the link that a heading gets: in small letters, without punctuation, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_link_leads_to_a_heading() -> None:
    headings = {anchor(heading) for heading in re.findall(r"^##+ (.*)$", PAGE, flags=re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) <= headings


def test_every_section_is_in_the_table_of_contents() -> None:
    sections = [anchor(heading) for heading in re.findall(r"^## (.*)$", PAGE, flags=re.MULTILINE)]
    assert re.findall(r"^\d+\. \[[^]]*\]\(#([^)]*)\)$", PAGE, flags=re.MULTILINE) == sections


def test_every_file_of_scores_is_named_and_every_named_one_is_there() -> None:
    named = {f"{name.removesuffix('.parquet')}.parquet" for name in re.findall(r"`([a-z0-9.-]+)`", PAGE)}
    files = {path.name for path in RESULTS.glob("*.parquet")}
    assert files <= named
    assert set(re.findall(r"\(`([a-z0-9-]+\.parquet)`\)", PAGE)) <= files


def one_batch_rows() -> dict[str, list[str]]:
    """Return the cells of the table of one-batch scores, by score."""
    section = PAGE.partition("## One-batch scores\n")[2].partition("\n## ")[0].partition("\n### ")[0]
    rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\| `.*$", section, re.M))
    return {name.replace("`", ""): cells for name, *cells in rows}


def rho_and_pairs(stored: StoredScores, name: str) -> tuple[str, str]:
    """Return what the page must say of a score: signed rho, and the share of pairs in the right order."""
    rho = spearman(stored.values(name), stored.labels)
    return short(rho), short(ordered_pairs(preferences_of(name, stored), stored.labels))


def first_words(cells: list[str], *columns: int) -> tuple[str, ...]:
    """Return what stands before the interval in some of a row's cells."""
    return tuple(cells[column].partition(" ")[0] for column in columns)


def test_the_one_batch_table_says_what_the_stored_scores_say() -> None:
    file = RESULTS / "nasbench201-zero-cost.parquet"
    stored, full = read_scores(file), read_scores(file, "label c10_test")
    rows = one_batch_rows()
    biased, both = rows.pop(f"fisher, {BIASES}"), (read_scores(BIASED), read_scores(BIASED, "label c10_test"))
    assert first_words(biased, 0, 2) == rho_and_pairs(both[0], "fisher")
    assert first_words(biased, 3) == rho_and_pairs(both[1], "fisher")[:1]
    assert list(rows) == sorted(rows, key=lambda name: -spearman(stored.values(name), stored.labels))
    assert set(rows) == {*MEASURES, "vote", "params"}
    for name, cells in rows.items():
        assert first_words(cells, 0, 2) == rho_and_pairs(stored, name)
        assert first_words(cells, 3) == rho_and_pairs(full, name)[:1]


def test_biases_spoil_fisher_in_the_cells_that_have_a_convolution_of_nothing() -> None:
    sound = read_scores(RESULTS / "nasbench201-zero-cost.parquet")
    cells = [NasBench201().decode(text).operations for text in pq.read_table(BIASED)["candidate"].to_pylist()]
    reads_nothing = np.array([live_edges(cell) != live_edges(cell, biases=True) for cell in cells])
    parts = {"all 400": reads_nothing | True, "the 347 without": ~reads_nothing, "the 53 with one": reads_nothing}
    section = PAGE.partition("### `fisher` and the published program")[2]
    for words, rows in parts.items():
        (line,) = re.findall(rf"^\| {words}.*$", section, re.M)
        given = first_words([cell.strip() for cell in line.strip("|").split("|")], 1, 2, 3)
        of = ((read_scores(BIASED), "fisher"), (sound, "fisher"), (sound, "params"))
        assert given == tuple(short(spearman(one.values(name)[rows], sound.labels[rows])) for one, name in of)
    larger = (read_scores(BIASED).values("fisher") / sound.values("fisher"))[reads_nothing]
    assert f"{np.median(larger):.0f} times as large" in section


def test_one_batch_scores_are_held_against_the_label_that_was_published_with_them() -> None:
    assert read_scores(RESULTS / "nasbench201-zero-cost.parquet").metric == "c10v_test"
    # rho with c10v_test, all rows: what the paper's figures are to be compared with
    rho = {name: cells[0].partition(" ")[0] for name, cells in one_batch_rows().items()}
    assert (rho["synflow"], rho["snip"], rho["grad_norm"], rho["grasp"], rho["jacob_cov"]) == (
        ".731",
        ".590",
        ".591",
        ".478",
        ".787",
    )
