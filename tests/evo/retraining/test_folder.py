"""Catches: another training in one folder, threads that change what was begun, a folder that two processes share, files
half written, weights of two states of a supernet side by side, a result that is there before its weights.
"""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from evo.records.failures import FailedRunError
from evo.retraining.folder import SCHEMA, TrainingFolder, TrainingPlace
from evo.retraining.stored_files import results_in, trainings_in
from evo.storage.checkpoint import Progress, pack, unpack
from tasks.foundation.errors import UsageError
from tests.evo.retraining.small_runs import resolved_of, result_of


def folder_of(run: Path, *options: str) -> TrainingFolder:
    return TrainingFolder(resolved_of(run, "--name", "mine", *options))


def test_a_folder_belongs_to_one_setting_and_architecture(run: Path) -> None:
    new = folder_of(run)
    assert new.stored_threads() is None
    assert not (run / "train").exists()
    with new:
        new.claim(1)
    assert folder_of(run).stored_threads() == 1
    for options, words in (
        (["--epochs", "4"], r"holds another training \(epochs 3 there, 4 here\)"),
        (["--seed-of", "10"], "holds another training"),
        (["--label-fraction", "0.5"], r"label_fraction 1\.0 there, 0\.5 here"),
        (["--set", "train.threads=2"], "threads 1 there, 2 here"),
        (["--set", "space.cells=5"], r"space None there, {'cells': 5} here"),
        (["--init", "inherited"], "searched False there, True here"),
    ):
        with pytest.raises(UsageError, match=words):
            folder_of(run, *options).stored_threads()
    assert folder_of(run, "--data-root", ".", "--seed", "4").stored_threads() == 1
    assert list(trainings_in(run)) == ["mine"]


def test_a_folder_of_another_size_is_not_the_searches(run: Path) -> None:
    with folder_of(run, "--set", "space.cells=5") as folder:
        folder.claim(1)
    assert trainings_in(run)["mine"]["setting"]["space"] == {"cells": 5}
    with pytest.raises(UsageError, match=r"space {'cells': 5} there, None here"):
        folder_of(run).stored_threads()


def test_inherited_weights_are_of_one_supernet_and_random_ones_of_any(run: Path) -> None:
    resolved = resolved_of(run, "--name", "mine")
    with TrainingFolder(resolved) as folder:
        folder.claim(1)
    assert "supernet_digest" not in trainings_in(run)["mine"]
    for _ in range(2):
        again = TrainingFolder(resolved, "ab")
        assert again.stored_threads() == 1
        with again:
            again.claim(1)
        assert trainings_in(run)["mine"]["supernet_digest"] == "ab"
        assert trainings_in(run)["mine"]["statistics_images"] == 1000
    assert TrainingFolder(resolved).stored_threads() == 1
    with pytest.raises(UsageError, match=r"another state of the supernet \(supernet_digest ab there, cd now\).*--name"):
        TrainingFolder(resolved, "cd").stored_threads()
    with TrainingFolder(resolved_of(run, "--name", "new"), "cd") as folder:
        folder.claim(1)
    assert trainings_in(run)["new"]["supernet_digest"] == "cd"


def test_threads_left_open_are_those_that_were_settled(run: Path) -> None:
    with folder_of(run, "--set", "train.threads=0") as folder:
        folder.claim(2)
    assert folder_of(run, "--set", "train.threads=0").stored_threads() == 2
    assert folder_of(run, "--set", "train.threads=2").stored_threads() == 2


def test_a_folder_in_use_or_of_something_else_is_refused(run: Path) -> None:
    with folder_of(run) as folder:
        folder.claim(1)
        with pytest.raises(UsageError, match="another process is training in it"):
            folder_of(run).stored_threads()
        with pytest.raises(UsageError, match=r"^/.*this process is running it already"):
            folder_of(run).claim(1)
    (run / "train" / "mine" / "config.json").unlink()
    (run / "train" / "mine" / "notes").touch()
    with pytest.raises(UsageError, match=r"is not empty and holds no config\.json; name another by --name"):
        folder_of(run).stored_threads()


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    place = TrainingPlace(tmp_path, "random", 3)
    assert (place.path, place.checkpoint(), place.result()) == (tmp_path / "random-seed-3", None, None)
    row = dict.fromkeys(SCHEMA.names) | {"epoch": 0, "test_accuracy": 0.5}
    place.keep(pack({}, Progress(1, (row,))), [row])
    content = place.checkpoint()
    assert content is not None
    assert unpack(content)[1].rows == (row,)
    assert pq.read_table(place.path / "epochs.parquet").to_pylist() == [row]
    place.finish(b"weights", result_of("random", 3, 0.5))
    assert (place.path / "weights.safetensors").read_bytes() == b"weights"
    assert results_in(tmp_path) == [place.result()] == [result_of("random", 3, 0.5)]
    assert not list(place.path.glob(".*"))


def test_a_fault_of_the_disk_is_told_with_the_epochs_that_are_there(run: Path) -> None:
    folder, full = folder_of(run), OSError(28, "No space left")
    words = r"^\[Errno 28\] No space left; .*mine is gone, .* begins anew$"
    with pytest.raises(FailedRunError, match=words), folder.saved():
        raise full
    with folder:
        folder.claim(1)
    for seed, epochs in ((3, 2), (4, 1)):
        rows = [dict.fromkeys(SCHEMA.names) | {"epoch": number} for number in range(epochs)]
        TrainingPlace(folder.path, "random", seed).keep(b"", rows)
    words = r"mine holds 3 finished epochs: the same command goes on$"
    with pytest.raises(FailedRunError, match=words), folder.saved():
        raise full
    (folder.path / "random-seed-3/epochs.parquet").write_bytes(b"nonsense")
    with pytest.raises(FailedRunError, match=r"what was finished in .*mine cannot be read"), folder.saved():
        raise full


def test_damaged_files_are_told(tmp_path: Path) -> None:
    place = TrainingPlace(tmp_path, "random", 3)
    place.finish(b"", {})
    (place.path / "result.json").write_text("{")
    (place.path / "checkpoint.safetensors").write_bytes(b"no such thing")
    with pytest.raises(UsageError, match="cannot be read"):
        place.result()
    with pytest.raises(UsageError, match="is damaged"):
        place.checkpoint()
