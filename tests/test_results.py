"""Catches: a table of contents that leads nowhere, a file of scores that the page of results does not name, a figure of
one-batch scores without its sign, against other labels than published ones, or other than the stored scores give.
"""

import re
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from evo.display.text_table import short
from fitness.rank_correlation.rank_statistics import spearman
from spaces.nasbench201.network import live_edges
from spaces.nasbench201.space import NasBench201
from tests.benchmarks.one_batch import StoredScores, ordered_pairs, preferences_of, read_scores
from tests.benchmarks.panels import compare, ranges, read_parts
from tests.benchmarks.search_results import ACCURACIES
from tests.benchmarks.seed_spread import spread
from tests.benchmarks.task_search import mean_and_interval
from tests.benchmarks.twenty_labels import SEARCHES
from tests.benchmarks.worth import read_worth, table_of

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


def rows_under(heading: str) -> dict[str, list[str]]:
    """Return the cells of the table of scores that stands first under a heading, by score."""
    section = PAGE.partition(f"{heading}\n")[2].partition("\n##")[0]
    rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\| `.*$", section, re.M))
    return {name.replace("`", ""): cells for name, *cells in rows}


def one_batch_rows() -> dict[str, list[str]]:
    """Return the cells of the table of one-batch scores: rho, published, pairs; rho, pairs; where it fails."""
    return rows_under("## One-batch scores")


SPACES = {"NAS-Bench-201": "nasbench201-zero-cost", "NAS-Bench-101": "nasbench101-zero-cost"}
"""Space -> file of its one-batch scores."""


def stored_scores(space: str, label: str = "label") -> StoredScores:
    """Return the one-batch scores of a space, counting beside them."""
    return read_scores(RESULTS / f"{SPACES[space]}.parquet", label)


MEASURED = sorted({column.label for column in stored_scores("NAS-Bench-201").columns} - {"params", "vote"})
"""The scores of the table, ``vote`` aside."""


def rho_of(space: str, name: str, *, of: str = "") -> float:
    """Return a score's rho on a space, or that of counting parameters, ``of``, on the same rows."""
    stored = stored_scores(space)
    return spearman(stored.values(of or name), stored.labels)


def rho_and_pairs(stored: StoredScores, name: str) -> tuple[str, str]:
    """Return what the page must say of a score: signed rho, and the share of pairs in the right order."""
    rho = spearman(stored.values(name), stored.labels)
    return short(rho), short(ordered_pairs(preferences_of(name, stored), stored.labels))


def first_words(cells: list[str], *columns: int) -> tuple[str, ...]:
    """Return what stands before the interval in some of a row's cells."""
    return tuple(cells[column].partition(" ")[0] for column in columns)


def test_the_one_batch_table_says_what_the_stored_scores_say() -> None:
    rows = one_batch_rows()
    biased = rows.pop(f"fisher, {BIASES}")
    assert first_words(biased, 0, 2) == rho_and_pairs(read_scores(BIASED), "fisher")
    assert list(rows) == sorted(rows, key=lambda name: -rho_of("NAS-Bench-201", name))
    assert set(rows) == {*MEASURED, "vote", "params"}
    for name, cells in rows.items():
        assert first_words(cells, 0, 2) == rho_and_pairs(stored_scores("NAS-Bench-201"), name)
        assert first_words(cells, 3, 4) == rho_and_pairs(stored_scores("NAS-Bench-101"), name)


def test_the_table_beside_counting_says_what_the_stored_scores_say() -> None:
    rows = rows_under("### Beside counting")
    assert set(rows) == {*MEASURED, "vote", "params"}
    for name, cells in rows.items():
        full = stored_scores("NAS-Bench-201", "label c10_test")
        assert first_words(cells, 3) == rho_and_pairs(full, name)[:1]
        for space, column in zip(SPACES, (0, 5), strict=True):
            given = first_words(cells, column, column + 1, column + 2)
            assert given == beside_counting(stored_scores(space), name)


def beside_counting(stored: StoredScores, name: str) -> tuple[str, str, str]:
    """Return rho less that of counting, rho in the better half, and again less that of counting."""
    better = stored.labels >= np.median(stored.labels)
    whole, half = (
        [spearman(stored.values(one)[rows], stored.labels[rows]) for one in (name, "params")]
        for rows in (better | True, better)
    )
    if name == "params":
        return "", short(half[0]), ""
    return short(whole[0] - whole[1]), short(half[0]), short(half[0] - half[1])


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("name", [*MEASURED, "vote"])
def test_a_score_says_on_which_space_it_is_no_better_than_counting(name: str, space: str) -> None:
    *_, fails = one_batch_rows()[name]
    if rho_of(space, name) <= rho_of(space, name, of="params"):
        assert space in fails
    assert (f"{space}: prefers the worse networks" in fails) == (rho_of(space, name) < 0)


@pytest.mark.parametrize("name", [*MEASURED, "vote"])
def test_the_table_of_fitnesses_says_which_scores_prefer_the_worse_networks(name: str) -> None:
    table = (RESULTS.parents[1] / "fitness" / "README.md").read_text(encoding="utf-8")
    (line,) = [line for line in table.splitlines() if line.startswith("| `") and f"`{name}`" in line.split("|")[1]]
    says = re.search("prefers? the worse networks on NAS-Bench-101", line)
    assert bool(says) == (rho_of("NAS-Bench-101", name) < 0)


CONSENSUS = "consensus(regression(task=N),logsynflow,weights=equal)"
TOLD = {
    1: ("nasbench201-consensus", CONSENSUS, ("label", "label c100_test", "label in16_test")),
    2: ("nasbench201-one-batch", "meco", ("label", "label c100_test", "label in16_test")),
    3: ("nasbench101-regression", "regression(task=N)", ("label",)),
}
"""By the number of a row of the README: the file of scores, the fitness, and the labels it is held against."""


@pytest.mark.parametrize("row", TOLD)
def test_the_readme_says_what_was_measured(row: int) -> None:
    name, fitness, labels = TOLD[row]
    readme = (RESULTS.parents[1] / "README.md").read_text(encoding="utf-8")
    (line,) = re.findall(rf"^\| {row} \|.*$", readme, re.M)
    table = pq.read_table(RESULTS / f"{name}.parquet")
    ours, theirs = (
        [short(spearman(table[score].to_numpy(), table[label].to_numpy())) for label in labels]
        for score in (fitness, "params")
    )
    shown, (counting, *_) = re.sub(r" \[[^]]*\]", "", line), re.findall(r"\(([^)a-z]*)\)", line)
    assert " / ".join(ours) in shown
    assert counting == " / ".join(theirs)
    assert len(table) in [int(number) for number in re.findall(r"\d+", line)]


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
    assert stored_scores("NAS-Bench-201").metric == "c10v_test"
    # rho with c10v_test, all rows: what the paper's figures are to be compared with
    rho = {name: cells[0].partition(" ")[0] for name, cells in one_batch_rows().items()}
    assert (rho["synflow"], rho["snip"], rho["grad_norm"], rho["grasp"], rho["jacob_cov"]) == (
        ".731",
        ".590",
        ".591",
        ".478",
        ".787",
    )


PANELS = {
    "c10_test": "nasbench201",
    "c100_test": "nasbench201",
    "in16_test": "nasbench201",
    "test_accuracy": "nasbench101",
}
"""Label -> benchmark, in the order of the columns of the table of panels."""


@pytest.mark.parametrize(("column", "label"), list(enumerate(PANELS)))
def test_what_panels_are_worth_is_what_the_stored_scores_say(column: int, label: str) -> None:
    (told,) = re.findall(r"^\| 20 labels: .*$", PAGE, flags=re.MULTILINE)
    parts = read_parts(RESULTS / f"{PANELS[label]}-panels.parquet")
    (*_, found) = ranges(compare(parts, label, panels=10, size=20, seed=0), label).rows
    assert told.strip("| ").split("|")[1 + column].strip() == f"{found[1]} ({found[2]} to {found[3]})"


SEARCHED = {
    "random search, its best joined, and `logsynflow`": "random search, its best joined and logsynflow",
    "evolution, its best joined, and `logsynflow`": "evolution, its best joined and logsynflow",
    "consensus with the 20 labels": "consensus with the labels",
    "equal weights, no label": "consensus, equal weights",
    "default weights, no label": "consensus",
    "consensus with 20 trained on digits": "consensus with the other labels",
    "parameters": "params",
    **{f"{search}, its {what}": f"{search}, its {what}" for search in SEARCHES for what in ("task", "best joined")},
}
"""What the page calls a way to use twenty labels -> its name in the file of scores."""


@pytest.mark.parametrize(("first", "space"), [(0, "nasbench201"), (3, "nasbench101")])
def test_what_searched_tasks_are_worth_is_what_the_stored_scores_say(first: int, space: str) -> None:
    section = PAGE.partition("### Tasks that were searched on twenty labels\n")[2].partition("\n###")[0]
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\| .*$", section, re.M))
    told = {name: numbers for name, *numbers in cells if name in SEARCHED}
    page = table_of(read_worth(RESULTS / f"twenty-labels-{space}.parquet"), ["params", "consensus"])
    found = {row[0]: list(row[1:]) for row in page.rows}
    assert set(told) == set(SEARCHED)
    for name, numbers in told.items():
        for given, each in zip(numbers[first : first + 3], found[SEARCHED[name]], strict=True):
            assert given == each or (not given and each == ".000 [.000, .000]")  # a way is not held against itself


DERIVED = {
    "mae_nas, the shipped photographs": ("photos", "mae_nas"),
    "mae_nas, CIFAR-10 images": ("cifar10", "mae_nas"),
    "darts with labels, CIFAR-10 images": ("cifar10", "darts"),
    "sswp_nas, CIFAR-10 images": ("cifar10", "sswp_nas"),
}
"""What the page calls the supernets of a recipe -> the images of the comparison, and the recipe."""


@pytest.mark.parametrize("name", DERIVED)
def test_derived_cells_have_the_accuracies_of_the_stored_curves(name: str) -> None:
    images, method = DERIVED[name]
    rows = pq.read_table(RESULTS / f"nasbench201-comparison-{images}.parquet").to_pylist()
    last = {row["seed"]: row for row in sorted(rows, key=lambda row: row["moment"]) if row["method"] == method}
    *means, seeds = rows_under("### Cells derived for NAS-Bench-201")[name]
    assert means == [spread(np.array([last[seed][column] for seed in range(5)])) for column in ACCURACIES]
    assert seeds == ", ".join(f"{last[seed]['c10_test']:.2f}" for seed in range(5))


def test_what_searches_on_the_shipped_panel_found_is_what_is_stored() -> None:
    section = PAGE.partition("### On 20 labels of the shipped panel\n")[2].partition("\n###")[0]
    rows = pq.read_table(RESULTS / "proxy-tasks-digits.parquet").to_pylist()
    for search, name in (("evolution", "evolution, its task"), ("random", "random search, its task")):
        own = [row for row in rows if row["search"] == search]
        reached, found = (mean_and_interval([row[key] for row in own]) for key in ("reached", "best"))
        expected = f"{np.mean([row['expected'] for row in own]):.3f}"
        cells = (name, *(value.replace("0.", ".") for value in (reached, expected, found)))
        assert f"| {' | '.join(cells)} |" in section
    counted = mean_and_interval([row["rho_params"] for row in rows if row["search"] == "evolution"])
    assert f"| parameters | | | {counted.replace('0.', '.')} |" in section


LENGTHS = [f"{steps}{judged}" for judged in ("", ", batch") for steps in (20, 30, 50, 100)]
"""Lengths of regression's trainings, and how they are judged: by running statistics, or by the batch."""


@pytest.mark.parametrize("length", LENGTHS)
def test_what_shorter_trainings_tell_is_what_the_stored_scores_say(length: str) -> None:
    cells = rows_under("### Shorter training")[length]
    for place, (space, half) in enumerate((("nasbench201", "A"), ("nasbench201", "B"), ("nasbench101", "A"))):
        rows = pq.read_table(RESULTS / f"{space}-lengths.parquet").to_pylist()
        own = [row for row in rows if row["rows"] == half]
        rho, published = (
            spearman(*(np.array([row[column] for row in own]) for column in (name, "label")))
            for name in (length, "100")
        )
        assert cells[2 * place].startswith(f"{short(rho)} [")
        assert cells[2 * place + 1].startswith(f"{short(rho - published)} [") or length == "100"


@pytest.mark.parametrize("method", ["mae_nas", "random_regression", "evolution_regression", "darts", "sswp_nas"])
def test_the_comparison_at_equal_cost_says_what_the_stored_curves_say(method: str) -> None:
    rows = pq.read_table(RESULTS / "nasbench201-comparison-cifar10.parquet").to_pylist()
    ordered = sorted((row for row in rows if row["method"] == method), key=lambda row: row["moment"])
    last = {row["seed"]: row for row in ordered}
    found = [spread(np.array([last[seed][column] for seed in sorted(last)])) for column in ACCURACIES]
    assert rows_under("### Differentiable search and evolution at equal cost")[method][-3:] == found
