"""Catches: a share of pairs that counts ties or a sign wrongly, a vote that is not by majority on each pair, a network
without a score that does not rank last, another column of labels than the one asked for.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.benchmarks.one_batch import (
    HEADER,
    comparison,
    main,
    ordered_pairs,
    ordered_pairs_interval,
    preferences_of,
    read_scores,
)

LABELS = [1.0, 2.0, 3.0, 3.0]
COLUMNS: dict[str, list[float | None]] = {
    "label": [*LABELS],
    "label other": [4.0, 3.0, 2.0, 1.0],
    "synflow": [1.0, 2.0, 3.0, 4.0],
    "jacob_cov": [2.0, 1.0, None, 5.0],
    "snip": [4.0, 3.0, 2.0, 1.0],
    "vote": [0.0, 0.5, 0.5, 1.0],
    "vote seconds": [1.0, 2.0, 3.0, 4.0],
    "params": [1.0, 1.0, 1.0, 2.0],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    table = pa.table({"candidate": ["a", "b", "c", "d"], **COLUMNS})
    pq.write_table(table.replace_schema_metadata({"selfnas.metric": "m"}), tmp_path / "scores.parquet")
    return tmp_path / "scores.parquet"


def test_a_draw_is_half_right_and_pairs_of_equal_labels_do_not_count(file: Path) -> None:
    stored = read_scores(file)
    # pairs with different labels: ab, ac, ad, bc, bd; params draws ab, ac and bc and is right on ad and bd
    assert ordered_pairs(preferences_of("params", stored), stored.labels) == (3 * 0.5 + 2) / 5
    assert ordered_pairs(preferences_of("synflow", stored), stored.labels) == 1.0
    assert ordered_pairs(preferences_of("snip", stored), stored.labels) == 0.0


def test_a_vote_is_by_majority_on_each_pair_and_no_score_loses(file: Path) -> None:
    preferred = preferences_of("vote", read_scores(file))
    # snip and jacob_cov prefer a to b, and c, which jacob_cov has no score for, loses against both by snip, too
    assert preferred.tolist() == [[0, 1, 1, -1], [-1, 0, 1, -1], [-1, -1, 0, -1], [1, 1, 1, 0]]


def test_an_interval_holds_the_share_and_is_one_point_where_all_pairs_are_right() -> None:
    labels = np.arange(30.0)
    right = np.sign(labels[:, None] - labels[None, :])
    assert (ordered_pairs_interval(right, labels).low, ordered_pairs_interval(right, labels).high) == (1.0, 1.0)
    right[:10, 10:] *= -1
    right[10:, :10] *= -1
    found = ordered_pairs_interval(right, labels)
    assert found.value == pytest.approx(1 - 2 * 10 * 20 / (30 * 29))
    assert found.low < found.value < found.high


def test_scores_are_signed_and_listed_from_the_best_on(file: Path) -> None:
    table = comparison(file)
    assert table.title == "scores, m, 4 rows"
    assert table.header == HEADER
    assert [row[0] for row in table.rows] == ["synflow", "vote", "params", "jacob_cov", "snip"]
    rho = {row[0]: row[1].partition(" ")[0] for row in table.rows}
    assert (rho["synflow"], rho["snip"]) == (".949", "-.949")
    assert {row[0]: row[-1] for row in table.rows}["vote"] == "2.5"


def test_other_labels_turn_the_signs(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(file), "--label", "label other"])
    shown = capsys.readouterr().out
    assert shown.startswith("**scores, other, 4 rows**")
    assert "|synflow|-1.000 [" in shown
