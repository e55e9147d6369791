"""Catches: two settings with one name, or one with two; an option that is dropped between the command line and the
training; a network of another size than the one asked for; a network that cannot be built and is found out too late.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from evo.records.config import TOLD
from evo.storage.run_folder import CONFIG
from spaces import SPACES, count_parameters
from spaces.darts.space import DartsCells
from tasks.foundation.errors import UsageError
from tasks.images.digits import Digits
from tests.evo.retraining.small_runs import CLASSES, SPEC, resolved_of, write_evolution_run


def test_the_settings_are_those_of_the_options_and_the_recipe(searched: Path) -> None:
    resolved = resolved_of(searched, "--learning-rate", "0.1", "--label-fraction", "0.5", "--set", "train.warm_up=1")
    config, settings = resolved.config, resolved.config.settings
    assert (config.label_fraction, config.linear_probe) == (0.5, False)
    assert (settings.epochs, settings.batch, settings.learning_rate, settings.warm_up) == (3, 4, 0.1, 1)
    assert (settings.cutout, settings.drop_path, settings.auxiliary) == (4, 0.2, 0.4)
    assert resolved.shape == (SPEC, CLASSES)
    own = ["--data", "tests.tiny_images:TinyLabels", "--set", "data.size=8"]
    assert resolved_of(searched, *own).config.data == "tests.tiny_images:TinyLabels(size=8)"
    probe = resolved_of(searched, "--linear-probe").config.settings
    assert (probe.cutout, probe.drop_path, probe.auxiliary) == (0, 0.0, 0.0)


def test_of_other_networks_there_is_neither_drop_path_nor_an_auxiliary_classifier(tmp_path: Path) -> None:
    resolved = resolved_of(evolved(tmp_path))
    assert (resolved.config.settings.drop_path, resolved.config.settings.auxiliary) == (0.0, 0.0)


def test_networks_for_use_have_options_that_nobody_asked_for_and_those_who_ask_get_theirs(tmp_path: Path) -> None:
    run = evolved(tmp_path)
    found = resolved_of(run)
    assert found.config.space == found.chosen == {"affine": True}
    assert any("running_mean" in name for name in found.build().stages[0][1].state_dict())
    asked = resolved_of(run, "--set", "space.affine=true")
    assert (asked.config.space, asked.chosen) == ({"affine": True}, {})
    assert asked.name == found.name
    both = resolved_of(run, "--set", "space.cells_per_stage=1")
    assert (both.config.space, both.chosen) == ({"affine": True, "cells_per_stage": 1}, {"affine": True})


def evolved(tmp_path: Path) -> Path:
    space = SPACES.build("nasbench201", {})
    text = space.encode(space.sample(np.random.default_rng(0)))
    return write_evolution_run(tmp_path / "evolved", [text], "nasbench201")


def test_a_name_belongs_to_a_setting_alone(searched: Path) -> None:
    def name(*options: str) -> str:
        return resolved_of(searched, *options).name

    others = [
        ["--epochs", "4"],
        ["--label-fraction", "0.5"],
        ["--linear-probe"],
        ["--set", "train.clip=1"],
        ["--seed-of", "10"],
    ]
    names = [name(), *(name(*options) for options in others)]
    assert len(set(names)) == len(names)
    same = [
        ["--seed", "3"],
        ["--seeds", "2"],
        ["--set", "train.threads=2"],
        ["--data-root", "."],
    ]
    assert {name(*options) for options in same} == {name()}
    pairs = [["--init", "inherited"], ["--init", "both"], ["--set", "train.searched=true"]]
    assert len({name(*options) for options in pairs}) == 1
    assert name("--init", "both") != name()
    assert name("--name", "mine") == "mine"


def test_an_architecture_is_built_in_another_size(searched: Path) -> None:
    same, larger = (resolved_of(searched, "--set", f"space.cells={cells}") for cells in (3, 5))
    assert (same.name, dict(same.config.space)) == (resolved_of(searched).name, {})
    assert "space" not in same.config.to_json()
    assert larger.name != same.name
    assert larger.config.to_json()["space"] == {"cells": 5}
    assert larger.architecture == same.architecture
    text = larger.architecture.candidate
    expected = DartsCells(channels=6, cells=5)
    both = resolved_of(searched, "--set", "space.cells=5", "--set", "space.channels=6")
    assert count_parameters(both.build()) == count_parameters(expected.build(expected.decode(text), SPEC, CLASSES))
    assert count_parameters(same.build()) < count_parameters(larger.build()) < count_parameters(both.build())


def test_a_shift_is_said_unless_it_is_that_of_trainings_that_do_not_say_it(searched: Path) -> None:
    said = [resolved_of(searched, *given).config.to_json()["settings"] for given in ([], ["--set", "train.shift=4"])]
    assert said[0]["shift"] == 1  # an eighth of 8 pixels
    assert "shift" not in said[1]
    unshifted = resolved_of(searched, "--set", "train.augment=false")
    assert "shift" not in unshifted.config.to_json()["settings"]
    assert resolved_of(searched, "--set", "train.augment=false", "--set", "train.shift=2").name == unshifted.name


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--label-fraction", "0"], "--label-fraction 0: must be above 0"),
        (["--label-fraction", "1.5"], "--label-fraction 1.5"),
        (["--label-fraction", "nan"], "--label-fraction nan"),
        (["--seeds", "0"], "--seeds 0"),
        (["--name", "a/b"], "--name 'a/b'"),
        (["--name", ""], "--name '': .* 1 to 60"),
        (["--seed", "-1"], "--seed -1: must be at least 0"),
        (["--set", "fitness.steps=1"], "unknown axis"),
        (["--set", "space.cells=2"], "cells"),
        (["--set", "space.width=2"], "unknown option of space 'darts'"),
        (["--linear-probe", "--set", "train.drop_path=0.1"], "a linear probe trains no cells"),
    ],
)
def test_what_cannot_be_asked_is_refused(searched: Path, options: list[str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        resolved_of(searched, *options)


def test_what_was_found_on_images_divided_otherwise_is_not_tested_on_them(tmp_path: Path) -> None:
    run, path = evolved(tmp_path), tmp_path / "evolved" / CONFIG
    stored, known = json.loads(path.read_text()), {"data": "digits", "data_identity": Digits.identity}
    digits = ["--data", "digits"]
    study = {"data": "digits", "fitness": {"name": TOLD, "options": {}}}  # which opens no images
    for searched, refused in ((stored["search"], False), ({"data": "digits"}, True), (known, False), (study, False)):
        path.write_text(json.dumps({**stored, "search": {**stored["search"], **searched}}))
        if refused:
            with pytest.raises(UsageError, match=r"cannot be tested on images that it may have seen: its images \(dig"):
                resolved_of(run, *digits)
            with pytest.raises(UsageError, match="cannot be tested on images that it may have seen"):
                resolved_of(run, *digits, "--image-size", "36")  # the same images
        else:
            assert resolved_of(run, *digits).config.to_json()["data_identity"] == Digits.identity
        assert "data_identity" not in resolved_of(run).config.to_json()


def test_an_evolution_has_no_supernets_normalisation_and_some_networks_no_cells(tmp_path: Path) -> None:
    run = evolved(tmp_path)
    with pytest.raises(UsageError, match="searched=true: this run is no differentiable search"):
        resolved_of(run, "--set", "train.searched=true")
    with pytest.raises(UsageError, match=r"drop_path=0\.1: this architecture is no network of cells"):
        resolved_of(run, "--set", "train.drop_path=0.1")


def test_an_architecture_that_cannot_read_the_images_is_refused(tmp_path: Path) -> None:
    run = write_evolution_run(tmp_path / "run", ["no candidate"])
    with pytest.raises(UsageError, match="the architecture cannot be built for these images"):
        resolved_of(run)


def test_the_size_of_images_is_part_of_a_training(searched: Path) -> None:
    plain, large = (resolved_of(searched, "--data", "digits", *more) for more in ([], ["--image-size", "16"]))
    assert (plain.config.data, large.config.data) == ("digits", "digits(size=16)")
    assert (large.shape[0].size, large.shape[0].channels) == (16, 3)
    assert plain.name != large.name
    with pytest.raises(UsageError, match="multiple of 4, as the stages need; take 16 or 20"):
        resolved_of(searched, "--data", "digits", "--image-size", "18")
