"""Catches: a training that a kill changes, or that is done twice; inherited weights that never reach the training; a
result of another epoch than the last one; weights that are not the trained ones; a damaged file, or one of another
training, that ends in a traceback or is taken.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import torch
from safetensors.torch import load_file

from evo.commands.train import main
from evo.engine.plugins import resolve_choice
from evo.networks import best as best_network
from evo.retraining.folder import NOT_REPRODUCED, TrainingPlace
from evo.retraining.page import PAGE
from evo.retraining.request import INHERITED
from evo.retraining.retraining import train as train_run
from evo.retraining.start import start_of
from evo.retraining.training import Training
from evo.storage import checkpoint
from evo.storage.checkpoint import Progress
from tasks import Split
from tasks.foundation.command_line import DONE, FAILED, INTERRUPTED, USAGE
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import trusting
from tests.evo.retraining.small_runs import BEST, CLASSES, QUICK, SPEC, gradient_config, resolved_of, write_gradient_run
from tests.refusals import check_refused
from tests.tiny_images import REMARK, BrokenLabels, TinyLabels

NAME = ["--name", "mine"]


def rows(run: Path, training: str) -> list[dict[str, Any]]:
    table = pq.read_table(run / "train" / "mine" / training / "epochs.parquet")
    found: list[dict[str, Any]] = table.drop_columns(list(NOT_REPRODUCED)).to_pylist()
    return found


def result(run: Path, training: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run / "train" / "mine" / training / "result.json").read_text())
    return found


def train(run: Path, *options: str) -> int:
    return main([str(run), *QUICK, *NAME, *options])


def test_both_first_weights_are_trained_and_compared(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(run, "--init", "both") == DONE
    lines = capsys.readouterr().out.splitlines()
    inherited, random = result(run, "inherited-seed-0"), result(run, "random-seed-0")
    assert (inherited["supernet"], inherited["inherited"]["epochs"]) == (BEST, 1)
    assert inherited["setting"] == random["setting"]
    assert inherited["setting"]["settings"]["searched"] is True
    assert f"inherited, seed 0: {inherited['inherited']['line']}" in lines
    assert (inherited["inherited"]["measured"], random["inherited"]["measured"]) == (24, 0)
    assert 0.5 < inherited["inherited"]["share"] < 1
    assert random["inherited"]["share"] == 0
    points = 100 * (inherited["test_accuracy"] - random["test_accuracy"])
    page = run / "train" / "mine" / PAGE
    assert f"{inherited['test_accuracy']:.2%}" in page.read_text()
    assert lines[-2:] == [f"inherited minus random: {points:+.2f} points", f"curves: {page}"]
    assert rows(run, "inherited-seed-0") != rows(run, "random-seed-0")
    assert f"test accuracy {random['test_accuracy']:.2%} after 3 epochs" in "\n".join(lines)


@pytest.mark.parametrize("inits", [("inherited", "random"), ("random", "inherited")])
def test_two_commands_make_a_pair_too(run: Path, capsys: pytest.CaptureFixture[str], inits: tuple[str, str]) -> None:
    norms = ["--set", "train.searched=true"] if inits[0] == "random" else []
    assert train(run, "--init", inits[0], "--epochs", "1", *norms) == DONE
    assert "minus" not in capsys.readouterr().out
    assert train(run, "--init", inits[1], "--epochs", "1") == DONE
    assert "inherited minus random: " in capsys.readouterr().out


def test_random_weights_alone_are_no_pair_with_inherited_ones(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(run, "--init", "random", "--epochs", "1") == DONE
    capsys.readouterr()
    assert train(run, "--init", "inherited", "--epochs", "1") == USAGE
    check_refused(capsys, "evo.train", "holds another training (searched False there, True here)")


def test_the_result_is_the_last_epochs_and_the_weights_are_the_trained_ones(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(run) == DONE
    assert "test accuracy: on 10 test images" in capsys.readouterr().out.splitlines()
    found, logged = result(run, "random-seed-0"), rows(run, "random-seed-0")
    assert [row["epoch"] for row in logged] == [0, 1, 2]
    assert (found["test_accuracy"], found["test_loss"]) == (logged[-1]["test_accuracy"], logged[-1]["test_loss"])
    assert (found["test_pictures"], found["untested_classes"]) == (10, [])
    resolved = resolved_of(run)
    candidate = resolved.run.space.decode(found["candidate"])
    network = resolved.run.space.build(candidate, SPEC, CLASSES)
    network.load_state_dict(load_file(run / "train" / "mine" / "random-seed-0" / "weights.safetensors"))
    test = resolved.images.whole("test")  # type: ignore[attr-defined]
    with torch.no_grad():
        logits = network.eval()(test.images)
    assert float((logits.argmax(1) == test.labels).float().mean()) == pytest.approx(found["test_accuracy"])


@pytest.mark.parametrize("probe", [[], ["--linear-probe"]], ids=["whole", "probe"])
def test_a_killed_training_goes_on_to_the_same_numbers(
    run: Path, monkeypatch: pytest.MonkeyPatch, probe: list[str]
) -> None:
    options = ["--init", "inherited", *probe]
    assert main([str(run), *QUICK, "--name", "unbroken", *options]) == DONE
    whole = Training.epoch

    def killed(self: Training, number: int) -> dict[str, Any]:
        if number == 1:
            raise KeyboardInterrupt
        return whole(self, number)

    monkeypatch.setattr(Training, "epoch", killed)
    assert train(run, *options) == INTERRUPTED
    assert len(rows(run, "inherited-seed-0")) == 1
    assert not (run / "train" / "mine" / "inherited-seed-0" / "result.json").exists()
    monkeypatch.setattr(Training, "epoch", whole)
    assert train(run, *options) == DONE
    unbroken = run / "train" / "unbroken" / "inherited-seed-0"
    expected = pq.read_table(unbroken / "epochs.parquet").drop_columns(list(NOT_REPRODUCED)).to_pylist()
    assert rows(run, "inherited-seed-0") == expected
    one, other = (load_file(path / "weights.safetensors") for path in (unbroken, run / "train/mine/inherited-seed-0"))
    assert one.keys() == other.keys()
    assert all(torch.equal(value, other[name]) for name, value in one.items())


def test_a_supernet_that_was_trained_on_is_not_mixed_with_what_it_was(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(run, "--epochs", "1", "--init", "inherited") == DONE
    digest = result(run, "inherited-seed-0")["inherited"]["digest"]
    path = checkpoint.path_of(run, BEST)
    tensors, progress = checkpoint.unpack(path.read_bytes())
    changed = checkpoint.pack({**tensors, **{k: v + 1 for k, v in tensors.items() if v.is_floating_point()}}, progress)
    path.write_bytes(changed)
    assert train(run, "--epochs", "1", "--init", "inherited", "--seed", "1") == USAGE
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert f"supernet_digest {digest} there" in error
    assert train(run, "--epochs", "1", "--seed", "1") == DONE
    assert sorted(path.name for path in (run / "train" / "mine").glob("*-seed-*")) == [
        "inherited-seed-0",
        "random-seed-1",
    ]

    def trained_on(self: TrainingPlace, weights: bytes, found: Mapping[str, Any]) -> None:
        path.write_bytes(checkpoint.pack(tensors, progress))

    monkeypatch.setattr(TrainingPlace, "finish", trained_on)
    options = ["--name", "other", "--epochs", "1", "--init", "inherited", "--seeds", "2"]
    assert main([str(run), *QUICK, *options]) == USAGE
    assert "since this training began" in capsys.readouterr().err
    assert not (run / "train" / "other" / "inherited-seed-1").exists()


def test_a_class_without_a_test_image_is_told(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(TinyLabels, "count", lambda self, split: 2 if split is Split.TEST else 12)
    assert train(run, "--epochs", "1") == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[3] == "test accuracy: on 2 test images"
    assert lines[4].startswith("note: no test image is of class 2 (")


def test_it_is_said_which_seeds_cell_is_trained_unless_one_is_named(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(run, "--epochs", "1") == DONE
    said = "cell of seed 11: of seeds 10, 11 the best held-out loss, -1.0000; --seed-of N takes another"
    assert capsys.readouterr().out.splitlines()[0] == said
    assert train(run, "--epochs", "1", "--seed-of", str(BEST)) == DONE
    candidate = result(run, "random-seed-0")["candidate"]
    assert train(run, "--epochs", "1", "--candidate", candidate) == DONE
    assert "held-out" not in capsys.readouterr().out


def test_what_is_done_is_not_done_again(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert train(run, "--epochs", "1") == DONE
    monkeypatch.setattr(Training, "epoch", None)
    assert train(run, "--epochs", "1") == DONE


def test_a_training_killed_before_its_result_is_finished_without_another_epoch(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert train(run, "--epochs", "1") == DONE
    before = result(run, "random-seed-0")["test_accuracy"]
    for name in ("result.json", "weights.safetensors", "epochs.parquet"):
        (run / "train" / "mine" / "random-seed-0" / name).unlink()
    monkeypatch.setattr(Training, "epoch", None)
    assert train(run, "--epochs", "1") == DONE
    assert result(run, "random-seed-0")["test_accuracy"] == before
    assert len(rows(run, "random-seed-0")) == 1


@pytest.mark.parametrize("damage", ["{}", "[]", "[" * 100_000], ids=["object", "list", "deep"])
@pytest.mark.parametrize("name", ["config.json", "random-seed-0/result.json"])
def test_a_damaged_file_is_named_before_anything_is_trained(
    run: Path, capsys: pytest.CaptureFixture[str], name: str, damage: str
) -> None:
    assert train(run, "--epochs", "1") == DONE
    capsys.readouterr()
    path = run / "train" / "mine" / name
    path.write_text(damage)
    assert train(run, "--epochs", "1", "--seed", "1") == USAGE
    check_refused(capsys, "evo.train", f"{path}: ")
    assert not (run / "train" / "mine" / "random-seed-1").exists()


def test_a_checkpoint_of_another_training_is_named(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(run, "--epochs", "1", "--seeds", "2") == DONE
    assert train(run, "--epochs", "1", "--linear-probe", "--name", "probe") == DONE
    capsys.readouterr()
    mine = run / "train" / "mine" / "random-seed-0"
    (mine / "result.json").unlink()
    checkpoints = [
        mine.parent / "random-seed-1" / "checkpoint.safetensors",
        run / "train" / "probe" / "random-seed-0" / "checkpoint.safetensors",
        checkpoint.path_of(run, BEST),
    ]
    for other in checkpoints:
        shutil.copy(other, mine / "checkpoint.safetensors")
        assert train(run, "--epochs", "1", "--seed-of", str(BEST)) == USAGE
        check_refused(capsys, "evo.train", f"{mine / 'checkpoint.safetensors'}: is of another training")
    (mine / "checkpoint.safetensors").unlink()
    assert train(run, "--epochs", "1") == DONE


def test_a_checkpoint_that_does_not_say_what_it_is_of_is_taken_where_it_fits(run: Path) -> None:
    assert train(run, "--epochs", "1") == DONE
    mine = run / "train" / "mine" / "random-seed-0"
    (mine / "result.json").unlink()
    path = mine / "checkpoint.safetensors"
    tensors, progress = checkpoint.unpack(path.read_bytes())
    assert progress.memory["seed"] == 0
    path.write_bytes(checkpoint.pack(tensors, replace(progress, memory={})))
    assert train(run, "--epochs", "1") == DONE
    few = {name: value for name, value in tensors.items() if not name.startswith("learner.auxiliary")}
    for content in (checkpoint.pack(few, replace(progress, memory={})), checkpoint.pack(tensors, Progress(1))):
        (mine / "result.json").unlink(missing_ok=True)
        path.write_bytes(content)
        assert train(run, "--epochs", "1") == USAGE


def test_several_seeds_are_several_trainings(run: Path) -> None:
    assert train(run, "--epochs", "1", "--seed", "4", "--seeds", "2") == DONE
    one, other = result(run, "random-seed-4"), result(run, "random-seed-5")
    assert one["training_loss"] != other["training_loss"]


def test_a_linear_probe_keeps_the_inherited_network_bit_for_bit_but_for_its_statistics(run: Path) -> None:
    assert train(run, "--init", "inherited", "--linear-probe") == DONE
    resolved = resolved_of(run, "--init", "inherited", "--linear-probe")
    kept = load_file(run / "train" / "mine" / "inherited-seed-0" / "weights.safetensors")
    network = start_of(resolved, INHERITED, 0).learner.network
    assert all(torch.equal(kept[name], value) for name, value in network.named_parameters())
    counts = {int(value) for name, value in kept.items() if name.endswith("num_batches_tracked")}
    assert counts == {1}  # the one of 24 images that they were measured anew on, and no other since
    assert "probe.linear.weight" in kept


def test_a_linear_probe_reads_normalised_features_where_the_supernet_has_no_running_statistics(tmp_path: Path) -> None:
    size = {"stem_channels": "4", "cells_per_stage": "1", "affine": "true"}
    config = replace(gradient_config(space="nasbench201"), space=resolve_choice("space", "nasbench201", size))
    run = write_gradient_run(tmp_path / "run", config, seeds=(BEST,))
    text = "|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|skip_connect~0|none~1|nor_conv_3x3~2|"
    assert train(run, "--init", "inherited", "--linear-probe", "--candidate", text) == DONE
    kept = load_file(run / "train" / "mine" / "inherited-seed-0" / "weights.safetensors")
    inside = {
        name: int(n) for name, n in kept.items() if ".layers." in name and name.endswith("norm.num_batches_tracked")
    }
    assert set(inside.values()) == {1}  # 24 images, at most 250 to a batch
    assert len(inside) == 9


CELL_OF_201 = "|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|skip_connect~0|none~1|nor_conv_3x3~2|"


@pytest.mark.parametrize("init", ["inherited", "random"])
def test_a_network_of_nasbench201_answers_an_image_alone_as_in_a_batch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], init: str
) -> None:
    run = write_gradient_run(tmp_path / "run", gradient_config(space="nasbench201"), seeds=(BEST,))
    assert train(run, "--init", init, "--candidate", CELL_OF_201) == DONE
    told = [line for line in capsys.readouterr().out.splitlines() if "space.affine=true" in line]
    assert told == [
        "networks are built with space.affine=true, so that an image has the same answer alone and in a batch; to "
        "train them as the search scored them, set the option yourself"
    ]
    with trusting():
        network = best_network(run, CELL_OF_201, objects={}).eval()
    images = torch.randn(5, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(network(images)[:1], network(images[:1]), atol=1e-4, rtol=1e-4)


def test_a_network_of_nasbench201_is_trained_as_it_was_scored_where_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_gradient_run(tmp_path / "run", gradient_config(space="nasbench201"), seeds=(BEST,))
    for options in (["space.affine=false"], ["train.searched=true"]):
        resolved = resolved_of(run, "--set", *options)
        assert (resolved.config.space, resolved.chosen) == ({}, {})
    assert train(run, "--candidate", CELL_OF_201, "--set", "space.affine=false") == DONE
    assert "affine" not in capsys.readouterr().out


def test_a_loss_that_is_no_number_fails_and_says_where(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(run, "--learning-rate", "1e30", "--set", "train.clip=0") == FAILED
    error = capsys.readouterr().err
    assert "a loss of epoch 0 is not finite" in error
    assert error.count("\n") == 1


def test_want_of_memory_is_one_line_and_the_same_command_goes_on(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = Training.epoch

    def full(self: Training, number: int) -> dict[str, Any]:
        if number == 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return whole(self, number)

    with monkeypatch.context() as patched:
        patched.setattr(Training, "epoch", full)
        assert train(run, "--init", "random") == FAILED
    error = capsys.readouterr().err
    assert "memory ran out (CUDA out of memory); finished epochs are in" in error
    assert error.count("\n") == 1
    assert [row["epoch"] for row in rows(run, "random-seed-0")] == [0]
    assert train(run, "--init", "random") == DONE


@dataclass(frozen=True)
class InHand:
    """A run as a Python caller has it."""

    path: Path
    objects: Mapping[str, object]
    trust: bool = False


def test_it_takes_as_many_threads_as_a_container_leaves_it(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evo.retraining.retraining.usable_cpus", lambda: 3)
    train_run(run, data=TinyLabels(), init="random", epochs=1, batch=4, name="mine")
    stored = json.loads((run / "train" / "mine" / "config.json").read_text())
    assert stored["setting"]["settings"]["threads"] == 3


def test_from_python(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = {"train": {"threads": 1, "precision": "float32"}}
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    found = train_run(run, data=TinyLabels(), init="both", epochs=1, batch=4, options=options, name="mine")
    assert [(one.init, one.seed, one.epochs) for one in found.results] == [("inherited", 0, 1), ("random", 0, 1)]
    inherited, random = found.results
    assert found.inherited_minus_random is not None
    assert found.inherited_minus_random.mean == pytest.approx(inherited.test_accuracy - random.test_accuracy)
    assert str(found).splitlines()[0] == str(run / "train" / "mine")
    assert "<table>" in found._repr_html_()
    assert capsys.readouterr() == ("", "")
    assert torch.get_num_threads() == 2  # as the caller has it
    torch.set_num_threads(before)
    again = train_run(InHand(run, {}), data=TinyLabels(), init="both", epochs=1, batch=4, options=options, name="mine")
    assert again == found
    unfit: Any = 3
    with pytest.raises(UsageError, match=r"train\(3\): a run, or its folder, is needed"):
        train_run(unfit, data="digits")
    with pytest.raises(UsageError, match="unknown argument 'epoch'; did you mean 'epochs'"):
        train_run(run, data="digits", epoch=1)


def test_what_the_images_have_to_say_is_said_at_the_start(run: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "evo")
    options = {"train": {"threads": 1, "precision": "float32"}}
    train_run(run, data=BrokenLabels(), epochs=1, batch=4, options=options)
    assert caplog.messages[0] == REMARK
