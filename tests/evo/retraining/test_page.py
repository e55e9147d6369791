"""Catches: a page without a result, a curve or a fault, and a text of a file that becomes markup."""

from pathlib import Path

from evo.retraining.page import PAGE, page_of, write_page
from tests.evo.retraining.small_runs import result_of
from tests.evo.retraining.test_curves import write_epochs
from tests.html_pages import read_page

EVIL = "<script>alert(1)</script>"


def test_results_are_there_in_words_numbers_and_curves(tmp_path: Path) -> None:
    write_epochs(tmp_path, "random-seed-3", [0.25, 0.5])
    results = [
        {**result_of("random", 3, 0.5), "candidate": EVIL, "test_loss": 1.25, "train_s": 5400.0},
        {**result_of("inherited", 3, 0.75, share=0.5), "candidate": EVIL},
    ]
    path = write_page(tmp_path, results)
    assert path == tmp_path / PAGE
    page = read_page(path.read_text())
    assert "script" not in page.tags
    assert {EVIL, "inherited minus random: +25.00 points", "random, 3", "50.00%", "1.25", "1.50", "-"} <= set(
        page.texts
    )
    assert page.tags.count("figure") == 3
    assert page.tags.count("table") == 1


def test_without_epochs_the_page_has_no_figure(tmp_path: Path) -> None:
    assert "figure" not in read_page(page_of(tmp_path, [result_of("random", 0, 0.5)])).tags
