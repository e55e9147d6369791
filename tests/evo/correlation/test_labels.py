"""Catches: rows A and B that overlap or move, a larger sample that is not a longer one, labels paired with the wrong
candidate, and a table whose fault ends in a traceback."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evo.correlation.labels import LabelledTable, draw_sample, read_labels
from tasks import derive_rng
from tasks.foundation.errors import UsageError

TEXTS = [f"{number:03b}" for number in range(8)]


def written(folder: Path, text: str, name: str = "t.csv") -> Path:
    (folder / name).write_text(text)
    return folder / name


def csv(folder: Path, labels: list[object], texts: list[str] = TEXTS, head: str = "candidate,acc") -> Path:
    return written(folder, "\n".join([head, *(f"{t},{v}" for t, v in zip(texts, labels, strict=True))]))


def complaint(path: Path, metric: str = "acc") -> str:
    with pytest.raises(UsageError) as caught:
        read_labels(path, [metric])
    assert "\n" not in str(caught.value)
    return str(caught.value)


def numbered(count: int, *, without: tuple[int, ...] = ()) -> LabelledTable:
    """Return a table whose labels are its row numbers."""
    labels = np.arange(count, dtype=float)
    labels[list(without)] = np.nan
    return LabelledTable("numbered", "acc", [str(row) for row in range(count)], labels)


def test_a_csv_keeps_texts_that_look_like_numbers(tmp_path: Path) -> None:
    (table,) = read_labels(csv(tmp_path, [1, 2, 3, 4, 5, 6, 7, "nan"]), ["acc"])
    assert table.texts == TEXTS
    np.testing.assert_array_equal(table.labels, [1, 2, 3, 4, 5, 6, 7, np.nan])
    assert (table.name, table.unit) == ("t", None)


def test_the_unit_of_a_label_is_the_tables(tmp_path: Path) -> None:
    table = pa.table({"arch": ["a", "b"], "acc": [3, None]}).replace_schema_metadata({"units": '{"acc": "%"}'})
    pq.write_table(table, tmp_path / "x.parquet")
    (labelled,) = read_labels(tmp_path / "x.parquet", ["acc"])
    assert (labelled.name, labelled.texts, labelled.unit) == ("x", ["a", "b"], "%")
    np.testing.assert_array_equal(labelled.labels, [3, np.nan])


def test_a_shipped_panel_is_read_by_its_name() -> None:
    (table,) = read_labels("digits", ["validation_accuracy"])
    assert (table.name, len(table.texts), table.stated.space) == ("digits_nasbench201", 60, "nasbench201")


def test_faults_of_a_file_are_one_line_that_names_the_option(tmp_path: Path) -> None:
    assert f"--table {tmp_path / 'none.csv'}: no such file" in complaint(tmp_path / "none.csv")
    assert "did you mean 'acc'?" in complaint(csv(tmp_path, [1] * 8), "ac")
    assert "'acc' is not numeric" in complaint(csv(tmp_path, ["high", *range(7)]))
    assert "'a' is in more than one row" in complaint(csv(tmp_path, [1, 2, 3], ["a", "b", "a"]))


def test_halves_are_every_second_row_of_one_shuffled_order() -> None:
    order = derive_rng(0, "rows", "numbered").permutation(40)
    table = numbered(40)
    assert table.rows().tolist() == order.tolist()
    assert table.rows("A").tolist() == order[0::2].tolist()
    assert table.rows("B").tolist() == order[1::2].tolist()
    assert table.rows(seed=1).tolist() != order.tolist()


def test_rows_without_a_label_leave_the_others_in_place_and_are_counted() -> None:
    order = numbered(40).rows("A")
    table = numbered(40, without=(int(order[1]), int(order[30 % 20])))
    kept = [row for i, row in enumerate(order.tolist()) if i not in (1, 10)]
    sample = draw_sample(table, 18, "A")
    assert sample.labels.tolist() == kept
    assert sample.texts == tuple(map(str, kept))
    assert sample.without_label == 2


def test_negated_labels_stay_with_their_candidates() -> None:
    sample = draw_sample(numbered(9, without=(0,)), 6)
    lower = sample.negated()
    assert lower.labels.tolist() == [-float(text) for text in lower.texts]
    assert (lower.texts, lower.without_label) == (sample.texts, 1)


def test_a_larger_sample_begins_with_the_smaller() -> None:
    small, large = (draw_sample(numbered(40), count, "B") for count in (6, 12))
    assert large.texts[:6] == small.texts
    assert len(large.texts) == 12


@pytest.mark.parametrize(
    ("table", "count", "words"),
    [
        (numbered(6, without=(0, 1)), 5, "has 4 rows with acc; at least 5 are needed"),
        (numbered(9), 10, "--sample 10: must be 5 to 9"),
        (numbered(9), 4, "--sample 4: must be 5 to 9"),
        (LabelledTable("t", "acc", TEXTS, np.full(8, 3.0)), 6, "acc is 3 in all 6 rows; nothing can be ranked"),
    ],
)
def test_a_sample_that_says_nothing_is_refused(table: LabelledTable, count: int, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        draw_sample(table, count)


def test_of_several_metrics_only_rows_with_all_of_them_are_labelled(tmp_path: Path) -> None:
    rows = ["000,1,10", "001,nan,20", "010,3,30", "011,4,", "100,5,50"]
    acc, loss = read_labels(written(tmp_path, "\n".join(["candidate,acc,loss", *rows])), ["acc", "loss"])
    assert (acc.metric, loss.metric) == ("acc", "loss")
    np.testing.assert_array_equal(acc.labels, [1, np.nan, 3, np.nan, 5])
    np.testing.assert_array_equal(loss.labels, [10, np.nan, 30, np.nan, 50])
    np.testing.assert_array_equal(acc.rows("A"), loss.rows("A"))
