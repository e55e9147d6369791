"""Catches: a help that does not say what an option does, or an option of the training that it does not name."""

from dataclasses import fields
from pathlib import Path

import pytest

from evo.commands.train_options import parser, read_command
from evo.retraining.request import NAMED, RANDOM, ComparisonRequest, TrainRequest
from evo.retraining.settings import AUXILIARY, DROP_PATH, TrainSettings
from tasks.foundation.errors import UsageError


def test_what_is_not_said_is_random_weights_on_all_labels() -> None:
    asked = read_command(["run"]).request
    assert isinstance(asked, TrainRequest)
    assert (asked.init, asked.label_fraction, asked.seed, asked.seeds) == (RANDOM, 1.0, 0, 1)
    assert all(getattr(asked, name) is None for name in NAMED)


def test_what_is_given_arrives() -> None:
    asked = read_command(["run", "--init", "both", "--epochs", "3", "--set", "train.clip=1", "--seed-of", "4"]).request
    assert isinstance(asked, TrainRequest)
    assert (asked.run, asked.inits, asked.epochs, asked.seed_of) == (Path("run"), ("inherited", "random"), 3, 4)
    assert asked.options == {"train": {"clip": "1"}, "space": {}, "data": {}}
    compared = read_command(["run", "--against", "other", "--name", "x"]).request
    assert compared == ComparisonRequest(run=Path("run"), against=Path("other"), name="x")


def test_the_help_names_every_option_of_the_training_and_its_defaults() -> None:
    words = parser().format_help()
    defaults = TrainSettings()
    for field in fields(TrainSettings):
        assert (f"--{field.name.replace('_', '-')} N" if field.name in NAMED else field.name) in words
    for name in NAMED:
        assert f"default: {getattr(defaults, name)})" in words


def test_the_recipe_in_the_help_is_that_of_the_settings() -> None:
    words = " ".join(parser().format_help().split())
    defaults = TrainSettings()
    assert f"momentum {defaults.momentum:g}, weight decay {defaults.weight_decay:g}, " in words
    assert f"clipped at {defaults.clip:g};" in words
    assert f"drop path that grows to {DROP_PATH} and an auxiliary classifier of weight {AUXILIARY}." in words


@pytest.mark.parametrize(
    "said", [["--seeds", "0"], ["--init", "random"], ["--set", "train.clip=1"], ["--linear-probe"]]
)
def test_a_comparison_refuses_what_belongs_to_a_training(said: list[str]) -> None:
    with pytest.raises(UsageError, match=f"{said[0]}: --against trains nothing"):
        read_command(["run", "--against", "other", *said])


@pytest.mark.parametrize("arguments", [["run", "--init", "none"], ["run", "--epochs", "x"]])
def test_what_argparse_refuses_is_a_usage_error(arguments: list[str]) -> None:
    with pytest.raises(UsageError, match="see --help"):
        read_command(arguments)
