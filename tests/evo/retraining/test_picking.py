"""Catches: a cell picked by test images, by its search's loss or by the worst accuracy; a short training that learns
from validation images, is forgotten by a kill, or is taken for one for use; a cell trained twice; a search that is not
done, failed, or has no supernets.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import evo
from evo import networks
from evo.commands.train import main
from evo.retraining.config import resolve_training
from evo.retraining.folder import NOT_REPRODUCED
from evo.retraining.labelled_images import load_images
from evo.retraining.picking import open_picking
from evo.retraining.request import INITS, TrainRequest
from evo.retraining.training import Training
from evo.storage import checkpoint
from evo.storage.run_folder import read_limits
from tasks import Split
from tasks.foundation.command_line import DONE, INTERRUPTED, USAGE
from tests.evo.retraining.small_runs import (
    CPU,
    DATA,
    QUICK,
    SEEDS,
    gradient_config,
    write_evolution_run,
    write_failed_run,
)
from tests.refusals import check_refused
from tests.tiny_images import TinyLabels

PICK = ["--pick", "--pick-epochs", "2", "--name", "mine", "--epochs", "1"]


def train(run: Path, *options: str) -> int:
    return main([str(run), *QUICK, *PICK, *options])


def part(run: Path, seed: int) -> Path:
    return run / "pick" / "mine" / f"seed-{seed}" / "random-seed-0"


def results(run: Path) -> dict[int, dict[str, Any]]:
    return {seed: json.loads((part(run, seed) / "result.json").read_text()) for seed in SEEDS}


def rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path / "epochs.parquet").drop_columns(list(NOT_REPRODUCED)).to_pylist()
    return found


def test_the_best_cell_on_validation_images_is_trained_and_rows_are_kept(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    looked, whole = [], TinyLabels.whole

    def watched(self: TinyLabels, split: Split) -> Any:
        looked.append((split, [seed for seed in SEEDS if (part(run, seed) / "result.json").exists()]))
        return whole(self, split)

    monkeypatch.setattr(TinyLabels, "whole", watched)
    assert train(run) == DONE
    assert {split for split, done in looked if len(done) < len(SEEDS)} == {Split.TRAIN, Split.VALIDATION}
    found = results(run)
    best = max(SEEDS, key=lambda seed: (found[seed]["validation_accuracy"], -found[seed]["validation_loss"]))
    trained = json.loads((run / "train" / "mine" / "random-seed-0" / "result.json").read_text())
    assert (trained["supernet"], trained["candidate"]) == (best, checkpoint.read_progress(run, best).derived)
    assert "test_accuracy" in trained
    for seed in SEEDS:
        logged = rows(part(run, seed))
        assert [row["validation_accuracy"] for row in logged][-1] == found[seed]["validation_accuracy"]
        assert (len(logged), found[seed]["validation_pictures"], found[seed]["epochs"]) == (2, 6, 2)
        assert not any("test" in name for name in (*logged[0], *found[seed]) if name != "untested_classes")
    said = capsys.readouterr().out
    accuracy = found[SEEDS[0]]["validation_accuracy"]
    assert f"pick, cell of seed 10: validation accuracy {accuracy:.2%} after 2 epochs, on 6 images" in said
    assert f"pick: the cell of seed {best} is the best of 2 on validation images; it is trained" in said
    assert "held-out loss" not in said


def test_a_short_training_learns_from_no_validation_image() -> None:
    images = load_images(TinyLabels(), CPU, validation=True)
    assert (len(images.train.images), len(images.test.images), images.judged) == (18, 6, Split.VALIDATION)
    plain = load_images(TinyLabels(), CPU)
    assert (len(plain.train.images), len(plain.test.images), plain.judged) == (24, 10, Split.TEST)


def test_a_killed_pick_goes_on_to_the_same_numbers_and_trains_nothing_twice(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Path(shutil.copytree(run, tmp_path / "other"))
    assert train(other) == DONE
    epoch, done = Training.epoch, []

    def killed(self: Training, number: int) -> dict[str, Any]:
        if len(done) == 3:  # in the second cell
            done.append(-1)
            raise KeyboardInterrupt
        done.append(number)
        return epoch(self, number)

    monkeypatch.setattr(Training, "epoch", killed)
    assert train(run) == INTERRUPTED
    assert not (run / "train").exists()
    assert train(run) == DONE
    assert done == [0, 1, 0, -1, 1, 0]  # two of each cell and one of the training, none again
    for seed in SEEDS:
        assert rows(part(run, seed)) == rows(part(other, seed))
    trained = Path("train", "mine", "random-seed-0")
    assert rows(run / trained) == rows(other / trained)


def test_python_picks_as_the_command_does_and_short_trainings_are_none_for_use(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = {"epochs": 1, "batch": 4, "options": {"train": {"threads": 1}}, "name": "mine", "trust": True}
    monkeypatch.setattr("evo.retraining.picking.Picking.best", lambda self, results: SEEDS[0])
    found = evo.train(run, data=DATA, pick=True, pick_epochs=1, **quick)
    assert [one.init for one in found.results] == ["random"]
    derived = checkpoint.read_progress(run, SEEDS[0]).derived
    assert derived is not None
    (part(run, SEEDS[0]) / "result.json").rename(run / "kept.json")
    best = networks.best(run, derived, objects={}, data=DATA)
    assert sum(p.numel() for p in best.parameters()) == found.results[0].params


@pytest.mark.parametrize(
    ("accuracies", "losses", "taken"),
    [((0.5, 0.25), (1, 1), 10), ((0.25, 0.5), (1, 1), 11), ((0.5, 0.5), (2, 1), 11), ((0.5, 0.5), (1, 1), 10)],
)
def test_the_highest_accuracy_is_taken_of_equals_the_least_loss_then_the_first(
    searched: Path, accuracies: tuple[float, ...], losses: tuple[float, ...], taken: int
) -> None:
    found: dict[int, Mapping[str, Any]] = {
        seed: {"validation_accuracy": accuracy, "validation_loss": loss}
        for seed, accuracy, loss in zip(SEEDS, accuracies, losses, strict=True)
    }
    assert picking(searched).best(found) == taken


def picking(run: Path, **asked: Any) -> Any:
    own = {"data": DATA, "batch": 4, "pick": True, "trust": True}
    return open_picking(TrainRequest(run=run, **{**own, **asked}))


def test_short_trainings_are_of_the_network_that_is_evaluated_whatever_the_long_one_inherits(searched: Path) -> None:
    first = {}
    for init in INITS:
        request = TrainRequest(run=searched, data=TinyLabels(), batch=4, init=init, pick=True)
        part = open_picking(request).parts[SEEDS[0]]
        first[init] = (part.name, resolve_training(part).config.settings.searched)
        assert resolve_training(replace(request, pick=False)).config.settings.searched is (init != "random")
    assert first == dict.fromkeys(INITS, (first["random"][0], False))


def test_a_cell_of_two_seeds_is_trained_once_and_an_only_one_not_at_all(run: Path) -> None:
    assert list(picking(run).parts) == list(SEEDS)
    assert picking(run).parts[SEEDS[0]].epochs == 100
    found = evo.load(run).trials()["candidate"].to_pylist()
    same = [found[0], found[0]]
    table = pq.read_table(next((run / "evaluations").glob("*.parquet")))
    path = next((run / "evaluations").glob("*.parquet"))
    place = table.schema.get_field_index("candidate")
    pq.write_table(table.set_column(place, table.schema.field(place), [same]), path)
    alike = picking(run)
    assert (list(alike.cells), dict(alike.parts), alike.best({})) == ([SEEDS[0]], {}, SEEDS[0])
    assert alike.lines == (f"pick: seed {SEEDS[1]} derived the cell of seed {SEEDS[0]}",)
    assert alike.answer(SEEDS[0]) == f"pick: the cell of seed {SEEDS[0]} is the only one; it is trained"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--pick", "--seed-of", "10"], "--pick: chooses among the cells of all seeds; leave it or --seed-of out"),
        (["--pick", "--candidate", "x"], "leave it or --candidate out"),
        (["--pick", "--linear-probe"], "--pick: trains whole networks; leave it or --linear-probe out"),
        (["--pick-epochs", "2"], "--pick-epochs 2: says how long --pick trains every cell; give both"),
        (["--pick", "--pick-epochs", "0"], "epochs=0: must be"),
        (["--pick", "--epochs", "0"], "epochs=0: must be"),
    ],
)
def test_what_does_not_go_together_is_refused_with_nothing_written(
    run: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    assert main([str(run), *QUICK, *options]) == USAGE
    check_refused(capsys, "evo.train", words)
    assert not [name for name in ("train", "pick") if (run / name).exists()]


def test_a_search_without_cells_or_with_some_missing_is_refused(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    evolved = write_evolution_run(tmp_path / "evolved", ["ds=1,1,1,1:ws=16,16,16,16"])
    assert train(evolved) == USAGE
    check_refused(capsys, "evo.train", f"--pick: {evolved} has no finished supernets to choose among")
    failed = write_failed_run(tmp_path / "failed", gradient_config(), ["ValueError: too small"])
    assert train(failed) == USAGE
    check_refused(capsys, "evo.train", "all trials failed")
    more = read_limits(run)
    object.__setattr__(more, "evaluations", 4)
    monkeypatch.setattr("evo.retraining.picking.read_limits", lambda path: more)
    assert train(run) == USAGE
    check_refused(capsys, "evo.train", "--pick: 2 of the 4 seeds of ")


def test_images_without_a_validation_split_are_refused(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(TinyLabels, "splits", (Split.TRAIN, Split.TEST))
    assert train(run) == USAGE
    check_refused(capsys, "evo.train", f"--pick: --data {DATA} has no validation images; name a cell by --seed-of")
