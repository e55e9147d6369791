"""Catches: a help that does not say what an option does, or an option of the training that it does not name."""

from dataclasses import fields

import pytest

from evo.commands.train_options import FLAGS, RANDOM, parser
from evo.retraining.settings import TrainSettings
from tasks.foundation.errors import UsageError


def test_what_is_not_said_is_random_weights_on_all_labels() -> None:
    options = parser().parse_args(["run"])
    assert (options.init, options.label_fraction, options.seed, options.seeds) == (RANDOM, 1.0, 0, 1)
    assert all(getattr(options, name) is None for name in FLAGS)


def test_the_help_names_every_option_of_the_training_and_its_defaults() -> None:
    words = parser().format_help()
    defaults = TrainSettings()
    for field in fields(TrainSettings):
        assert (f"--{field.name.replace('_', '-')} N" if field.name in FLAGS else field.name) in words
    for name in FLAGS:
        assert f"default: {getattr(defaults, name)})" in words


@pytest.mark.parametrize("arguments", [[], ["run", "--init", "none"], ["run", "--epochs", "x"]])
def test_what_argparse_refuses_is_a_usage_error(arguments: list[str]) -> None:
    with pytest.raises(UsageError, match="see --help"):
        parser().parse_args(arguments)
