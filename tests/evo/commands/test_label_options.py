"""Catches: an option that is missing, does not arrive, or has another default than its help says."""

from pathlib import Path

import pytest

from evo.commands.label_options import parser, read_command
from evo.labelling.request import LabelRequest
from tasks.foundation.errors import UsageError

NEEDED = ["--space", "s", "--data", "digits", "--out", "p.parquet"]


def request(*more: str) -> LabelRequest:
    return read_command([*NEEDED, *more]).request


def test_defaults() -> None:
    asked = request()
    assert (asked.space, asked.data, asked.out) == ("s", "digits", Path("p.parquet"))
    assert (asked.count, asked.seeds, asked.seed, asked.least_agreement) == (None, 3, 0, 0.8)
    assert (asked.epochs, asked.pictures, asked.batch, asked.learning_rate) == (None,) * 4
    assert (asked.force, asked.run_dir, asked.data_root, asked.download) == (False, None, None, False)
    assert (dict(asked.options), read_command(NEEDED).quiet) == ({"space": {}, "fitness": {}, "data": {}}, False)


def test_what_is_given_arrives() -> None:
    numbers = "--count 9 --seeds 5 --epochs 7 --pictures 100 --batch 10 --learning-rate 0.5 --least-agreement 0.6"
    asked = request(*numbers.split(), "--set", "space.a=1", "--set", "fitness.augment=true")
    assert (asked.count, asked.seeds, asked.epochs, asked.pictures, asked.batch) == (9, 5, 7, 100, 10)
    assert (asked.learning_rate, asked.least_agreement) == (0.5, 0.6)
    assert asked.options == {"space": {"a": "1"}, "fitness": {"augment": "true"}, "data": {}}


@pytest.mark.parametrize("missing", ["--space", "--data", "--out"])
def test_what_is_needed_is_asked_for(missing: str) -> None:
    at = NEEDED.index(missing)
    with pytest.raises(UsageError, match=missing):
        read_command(NEEDED[:at] + NEEDED[at + 2 :])


def test_help_names_every_default() -> None:
    text = " ".join(parser().format_help().split())
    for default in ("(default: 60)", "trainings of each (default: 3)", "others for each seed (default: 200)"):
        assert default in text
    assert "written (default: 0.8)" in text
