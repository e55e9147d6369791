"""Catches: a curve of other numbers than a training's, a training that is left out without a word, a damaged file that
ends in a traceback."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evo.retraining.curves import MOST_TRAININGS, curves_in
from evo.retraining.folder import SCHEMA
from evo.retraining.stored_files import EPOCHS
from tests.drawn_figures import check_texts, parsed, texts, titles


def write_epochs(folder: Path, name: str, accuracies: list[float]) -> None:
    """Write the epochs of a training, as one that is going has them."""
    own = {"learning_rate": 0.1, "training_loss": 2.5, "test_loss": None, "epoch_s": 1.0, "device": "cpu"}
    rows = [{**own, "epoch": n, "test_accuracy": each} for n, each in enumerate(accuracies)]
    (folder / name).mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), folder / name / EPOCHS)


def test_each_training_is_a_line_of_its_epochs(tmp_path: Path) -> None:
    write_epochs(tmp_path, "random-seed-0", [0.25, 0.5])
    write_epochs(tmp_path, "inherited-seed-0", [0.75])
    curves = curves_in(tmp_path)
    accuracy, training, test = map(parsed, curves.figures)
    assert {"random-seed-0\n1: 0.25", "random-seed-0\n2: 0.5", "inherited-seed-0\n1: 0.75"} <= set(titles(accuracy))
    assert {"random-seed-0", "epoch (count)", "share of test images, 0 to 1"} <= set(texts(accuracy))
    assert "random-seed-0\n2: 2.5" in titles(training)
    assert not titles(test)  # which nobody measured
    for figure in (accuracy, training, test):
        check_texts(figure)
    assert not curves.faults


@pytest.mark.parametrize("made", [False, True])
def test_without_an_epoch_there_is_nothing_to_draw(tmp_path: Path, made: bool) -> None:
    if made:
        write_epochs(tmp_path, "random-seed-0", [])
    assert curves_in(tmp_path).figures == ()


def test_what_is_damaged_or_too_much_is_told(tmp_path: Path) -> None:
    for seed in range(MOST_TRAININGS + 1):
        write_epochs(tmp_path, f"random-seed-{seed}", [0.5])
    (tmp_path / "random-seed-0" / EPOCHS).write_bytes(b"PAR1 no")
    damaged, many = curves_in(tmp_path).faults
    assert str(tmp_path / "random-seed-0" / EPOCHS) in damaged
    assert many == f"Of {MOST_TRAININGS + 1} trainings the first {MOST_TRAININGS} are drawn."
    assert "random-seed-1\n1: 0.5" in titles(parsed(curves_in(tmp_path).figures[0]))
