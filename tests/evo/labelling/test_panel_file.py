"""Catches: a panel that does not say its space or its settings, one that names the machine it was made on, rows without
a label, and a file that readers of tables cannot take."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evo.correlation.labels import read_labels
from evo.labelling.config import LabelConfig
from evo.labelling.labels import Labels
from evo.labelling.panel_file import write_panel
from evo.labelling.sampling import sample_distinct
from evo.records.config import Choice
from evo.scoring.scores import Column
from fitness.rank_correlation.fitness import RankCorrelationFitness
from fitness.rank_correlation.rank_statistics import rank_agreement
from spaces import SPACES
from spaces.tables.table import CandidateTable

TRAINING = Choice("classification", {"epochs": 3, "pictures": 200})
CONFIG = LabelConfig(Choice("nasbench201", {"cells_per_stage": 2}), TRAINING, "digits", None, 4)
VALUES = np.array([[-0.5, -0.4, np.nan, -0.2, -0.1, -2.0], [-0.4, -0.5, -0.2, -0.3, -0.1, -2.0]])
LABELS = Labels(
    list("abcdef"),
    [4, 5],
    [Column("seed 4", VALUES[0]), Column("seed 5", VALUES[1])],
    np.full((2, 6), 0.5),
    np.arange(6.0),
)


def test_readers_of_tables_take_it_and_know_how_it_was_made(tmp_path: Path) -> None:
    write_panel(tmp_path / "p.parquet", CONFIG, LABELS)
    table = CandidateTable(tmp_path / "p.parquet")
    assert table.candidates() == ["a", "b", "d", "e", "f"]
    assert table.columns == ("value", "value_seed_4", "value_seed_5", "validation_accuracy", "params")
    np.testing.assert_allclose(table.column("value"), [-0.45, -0.45, -0.25, -0.1, -2.0])
    assert table.column("params").tolist() == [0, 1, 3, 4, 5]
    info = table.info
    assert (info.space, info.units["value"]) == ("nasbench201", "nats, minus the validation loss")
    assert info.source == "trained by evo.label on digits: 200 images, 3 epochs, 2 seeds"
    details = dict(info.details)
    agreement = rank_agreement(list(VALUES[:, [0, 1, 3, 4, 5]]))
    assert details["rank_agreement_of_two_seeds"] == pytest.approx(
        [agreement.value, agreement.low, agreement.high], abs=1e-4
    )
    assert details["reliability_of_the_mean"][0] == pytest.approx(2 * agreement.value / (1 + agreement.value), abs=1e-4)
    assert (details["space_options"], details["training"]) == ({"cells_per_stage": 2}, {"epochs": 3, "pictures": 200})
    assert (details["seeds"], details["sample_seed"], details["sampled"], details["without_label"]) == ([4, 5], 4, 6, 1)
    assert "torch" in details["versions"]


def test_a_proxy_task_can_be_judged_by_it_and_a_fitness_held_against_it(tmp_path: Path) -> None:
    texts = sample_distinct(SPACES.build("nasbench201", {}), 6, seed=0)
    write_panel(tmp_path / "p.parquet", CONFIG, replace(LABELS, texts=texts))
    RankCorrelationFitness(panel=str(tmp_path / "p.parquet"), metric="value", panel_size=5)  # decodes every member
    (labelled,) = read_labels(tmp_path / "p.parquet", ["value"])
    assert (labelled.texts, labelled.unit) == ([*texts[:2], *texts[3:]], "nats, minus the validation loss")


def test_it_does_not_say_where_it_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.node", lambda: "the-host")
    monkeypatch.setattr("sys.argv", ["/home/somebody/x"])
    write_panel(tmp_path / "p.parquet", CONFIG, LABELS)
    said = json.dumps(CandidateTable(tmp_path / "p.parquet").info.to_metadata())
    assert "the-host" not in said
    assert "somebody" not in said


def test_csv_holds_the_same_numbers(tmp_path: Path) -> None:
    for name in ("p.csv", "p.parquet"):
        write_panel(tmp_path / name, CONFIG, LABELS)
    comma, other = CandidateTable(tmp_path / "p.csv"), CandidateTable(tmp_path / "p.parquet")
    assert comma.candidates() == other.candidates()
    assert [comma.measurements(text) for text in "abdef"] == [other.measurements(text) for text in "abdef"]


def test_no_agreement_is_written_as_none(tmp_path: Path) -> None:
    equal = Labels(list("ab"), [0, 1], [Column("x", np.ones(2))] * 2, np.ones((2, 2)), np.ones(2))
    write_panel(tmp_path / "p.parquet", CONFIG, equal)
    assert CandidateTable(tmp_path / "p.parquet").info.details["rank_agreement_of_two_seeds"] == [None] * 3
