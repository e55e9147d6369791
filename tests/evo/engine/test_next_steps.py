"""Catches: a command or a line that is offered and does not work when it is pasted."""

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from torch import nn

from evo.commands.train_options import read_command
from evo.engine.next_steps import placed, using_it
from evo.engine.plugins import resolve_choice
from evo.engine.summary import summarise, write_best
from evo.records.config import Limits, SearchConfig
from evo.records.requests import Placement
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.retraining.request import TrainRequest
from evo.storage.run_folder import RunFolder
from evo.storage.run_log import RunLog
from spaces import SPACES
from tests.runs import toy_config
from tests.toy import BitStrings

SPACE = SPACES.build("nds_resnet", {})
CONFIG = replace(toy_config(), space=resolve_choice("space", "nds_resnet", {}), data="digits", objects=())


def run_of(path: Path, config: SearchConfig = CONFIG) -> Path:
    """Return a folder with one scored candidate."""
    import numpy as np

    text = SPACE.encode(SPACE.sample(np.random.default_rng(0)))
    with RunFolder(path) as folder:
        folder.claim(config, Limits(1))
    log = RunLog(path)
    log.append(Finished(Trial(0, None, (0,), text, text, seed=3), Outcome(Status.COMPLETED, fitness=1.0)))
    log.flush()
    write_best(path, summarise(path), config, SPACE)
    return path


def test_the_lines_of_python_build_the_network(tmp_path: Path) -> None:
    run = run_of(tmp_path / "a 'b'")
    _, title, *lines = using_it(run, CONFIG, SPACE)
    assert (title, len(lines)) == ("in Python:", 3)
    names: dict[str, Any] = {}
    exec("\n".join(line.strip() for line in lines), names)
    assert isinstance(names["network"], nn.Module)


@pytest.mark.parametrize(
    ("data", "expected"),
    [("digits", ["digits"]), ("imagefolder:/a b", ["imagefolder:/a b"]), ("photos", ["cifar10", "--download"])],
)
def test_the_training_is_accepted_by_its_command(tmp_path: Path, data: str, expected: list[str]) -> None:
    run = run_of(tmp_path / "a b")
    command = shlex.split(using_it(run, replace(CONFIG, data=data, data_root="/d"), SPACE)[0])
    assert command == ["python", "-m", "evo.train", str(run), "--data", *expected, "--data-root", "/d"]
    request = read_command(command[3:]).request
    assert isinstance(request, TrainRequest)
    assert (request.run, request.download) == (run, data == "photos")
    assert "--trust-plugins" in using_it(run, CONFIG, SPACE, supernets=True)[0]  # the fitness is one of tests


def test_plugins_of_ones_own_are_trusted_or_passed_again(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run")
    own = replace(CONFIG, space=resolve_choice("space", "tests.tiny:TinyNetworks", {}))
    assert any("trust=True" in line for line in using_it(run, own, SPACE))
    assert not any("trust=True" in line for line in using_it(run, CONFIG, SPACE))
    handed = using_it(run, replace(own, objects=("space",)), SPACE)
    assert handed[-1] == "  network = run.network(run.best(1)[0], space=space)"
    assert not any("evo.train" in line for line in handed)


def test_where_there_is_no_network_nothing_is_offered(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run")
    assert using_it(run, CONFIG, BitStrings()) == []
    assert using_it(tmp_path, CONFIG, SPACE) == []


def test_networks_that_read_sequences_are_not_trained_on_images(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run")
    assert using_it(run, CONFIG, SPACES.build("nasbench_nlp", {}))[0] == "in Python:"


@pytest.mark.parametrize(
    ("placement", "words"),
    [
        (Placement(), []),
        (Placement(address="auto"), ["--address", "auto"]),
        (Placement(address="ray://a b:1"), ["--address", "ray://a b:1"]),
        (Placement(address="auto", ship_images=True), ["--address", "auto", "--ship-images"]),
        (Placement(address="auto", workers=0, ship_images=True), []),
        (Placement(ship_images=True), []),
    ],
)
def test_a_command_goes_to_the_same_cluster_where_there_is_one(placement: Placement, words: list[str]) -> None:
    assert shlex.split(placed(placement)) == words
