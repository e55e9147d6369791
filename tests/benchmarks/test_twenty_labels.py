"""Catches: panels that share an architecture with each other or with the other rows, differences that are not panel by
panel, an expectation held against another's finding, an interval that is said to hold what it does not, a rival that
sees images of another size."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evo
from evo.commands.run_options import read_command
from tasks import Panel
from tests.benchmarks import twenty_labels
from tests.benchmarks.twenty_labels import Worth, drawn, expectations, on_rows, parser, table_of, written
from tests.benchmarks.without_search import Rows, score_without_search

ASKED = ["--space", "nasbench201", "--metric", "value", "--panels", "3", "--size", "5", "--rows", "20"]


def test_panels_and_other_rows_share_nothing(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("candidate,value\n" + "".join(f"cell{number},{number % 7}.5\n" for number in range(40)))
    options = parser().parse_args([*ASKED, "--table", str(table), "--run-dir", str(tmp_path)])
    rows, panels = drawn(options)
    texts = [text for panel in (rows, *panels) for text in panel.texts]
    assert [len(rows), *map(len, panels)] == [20, 5, 5, 5]
    assert len(set(texts)) == 35
    assert all(label == int(text[4:]) % 7 + 0.5 for text, label in zip(rows.texts, rows.labels, strict=True))
    assert drawn(options)[0] == rows
    assert written(rows, tmp_path / "rows.csv").read_text().splitlines()[1] == f'"{rows.texts[0]}",{rows.labels[0]!r}'


LABELS = np.arange(5.0)
RIGHT, SWAPPED, WRONG = LABELS, np.array([1.0, 0.0, 2.0, 3.0, 4.0]), -LABELS  # rho 1, .9 and -1


def test_differences_are_of_the_same_rows_and_panels_and_the_best_comes_first() -> None:
    scores = {
        "params": [WRONG],
        "random search, its task": [SWAPPED, WRONG],
        "evolution, its task": [RIGHT, SWAPPED],
        "the same": [RIGHT, SWAPPED],
    }
    worth = Worth(LABELS, scores, {})
    rows = {row[0]: row[1:] for row in table_of(worth).rows}
    assert list(rows) == ["evolution, its task", "the same", "random search, its task", "params"]
    assert rows["evolution, its task"][0].startswith(".950 [")
    assert rows["evolution, its task"][1].startswith("1.950 [")  # less params
    assert rows["evolution, its task"][2].startswith("1.000 [")  # less random search
    assert worth.rho("random search, its task") == [pytest.approx(0.9), -1.0]
    assert np.array_equal(worth.draws("the same"), worth.draws("evolution, its task"), equal_nan=True)
    assert np.nanstd(worth.draws("random search, its task")) > 0.3  # the panels differ, whatever rows are drawn


def test_what_is_expected_is_held_against_what_that_search_found() -> None:
    expected = {"evolution, its task": [(0.8, 0.4, 0.95), (0.9, 0.85, 0.95)]}
    (row,) = expectations(Worth(LABELS, {"evolution, its task": [SWAPPED, RIGHT]}, expected)).rows
    assert row[1] == "0.850"
    assert row[2].startswith("-.100 [")
    assert row[4] == "1 of 2"


def test_what_it_does_not_know_is_handed_to_every_search() -> None:
    options, more = parser().parse_known_args([*ASKED, "--table", "t", "--run-dir", "r", "--workers", "0"])
    assert (options.panels, more) == (3, ["--workers", "0"])
    assert read_command(["--space", "proxy_tasks", "--panel", "digits", *more]).request is not None


def test_all_networks_are_trained_on_images_of_one_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[Sequence[str]] = []
    calls: list[dict[str, Any]] = []

    def refused(arguments: Sequence[str]) -> int:
        commands.append(arguments)
        return 1

    def searched(**asked: Any) -> None:
        calls.append(asked)
        raise InterruptedError

    monkeypatch.setattr(twenty_labels, "run_main", refused)
    monkeypatch.setattr(evo, "search", searched)
    options = parser().parse_args([*ASKED, "--table", "t", "--run-dir", str(tmp_path), "--image-size", "16"])
    rows = Panel("rows", tuple("abcde"), (1.0, 2.0, 3.0, 4.0, 5.0))
    with pytest.raises(RuntimeError, match="not finished"):
        on_rows("published", ["preset=N"], rows, options, [])
    assert commands[0][commands[0].index("--image-size") + 1] == "16"
    with pytest.raises(InterruptedError):
        score_without_search(Rows(rows, [rows], "nasbench201", 20, options.image_size), tmp_path, "")
    assert calls[0]["image_size"] == 16
