"""Catches: a default that beats what was asked for, test images that are met twice, a label that is no loss."""

from typing import Any

import pytest

from evo.commands.label_options import read_command
from evo.labelling.training_choice import DEFAULTS, MOST_IMAGES, training_of, whole
from evo.records.config import Choice
from tasks.foundation.errors import UsageError

NEEDED = ["--space", "s", "--data", "digits", "--out", "p.parquet"]


def training(*flags: str, judged_by: int = 359, **assignments: Any) -> Choice:
    given = [f"--set=fitness.{name}={value}" for name, value in assignments.items()]
    return training_of(read_command([*NEEDED, *flags, *given]).request, judged_by=judged_by)


def test_defaults_are_those_of_the_table_and_the_label_is_the_loss() -> None:
    choice = training()
    assert choice.name == "classification"
    assert {name: choice.options[name] for name in DEFAULTS} == DEFAULTS
    assert choice.options["score"] == "loss"


def test_flags_come_before_assignments_before_defaults() -> None:
    flags = ["--epochs", "9", "--pictures", "40", "--batch", "4", "--learning-rate", "0.5"]
    given = training(*flags, epochs="2", augment="true", label_smoothing="0.1").options
    assert [given[name] for name in ("epochs", "pictures", "batch", "learning_rate")] == [9, 40, 4, 0.5]
    assert (given["augment"], given["label_smoothing"]) == (True, 0.1)
    assert training(epochs="2").options["epochs"] == 2


def test_all_test_pictures_are_used_up_to_a_limit() -> None:
    assert training().options["held_out"] == 359
    assert training(judged_by=10_000).options["held_out"] == MOST_IMAGES
    assert training(held_out="50").options["held_out"] == 50


@pytest.mark.parametrize(
    ("flags", "assignments", "words"),
    [
        (
            [],
            {"score": "accuracy"},
            "--set fitness.score=accuracy: cannot be set; the label is minus the validation loss",
        ),
        ([], {"steps": "9"}, "--set fitness.steps=9: cannot be set; give --epochs"),
        (["--epochs", "0"], {}, "--epochs 0: must be at least 1"),
        ([], {"epochs": "0"}, "--epochs 0: must be at least 1"),
        ([], {"epoch": "3"}, "did you mean 'epochs'?"),
        ([], {"augment": "perhaps"}, "fitness.augment='perhaps'"),
    ],
)
def test_what_cannot_be_is_refused(flags: list[str], assignments: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        training(*flags, **assignments)
    assert words in str(caught.value)


def test_a_whole_number_is_one() -> None:
    assert whole(Choice("x", {"epochs": 3}), "epochs") == 3
