"""Catches: an option that is missing or has another default than its help says."""

from pathlib import Path

import pytest

from evo.commands.label_options import parser
from tasks.foundation.errors import UsageError

NEEDED = ["--space", "s", "--data", "digits", "--out", "p.parquet"]


def test_defaults() -> None:
    options = parser().parse_args(NEEDED)
    assert (options.count, options.seeds, options.seed, options.least_agreement) == (None, 3, 0, 0.8)
    assert (options.epochs, options.pictures, options.batch, options.learning_rate) == (None,) * 4
    assert (options.out, options.force, options.run_dir, options.quiet) == (Path("p.parquet"), False, None, False)
    assert (options.data_root, options.download, options.assignments) == (None, False, [])


def test_what_is_given_arrives() -> None:
    numbers = "--count 9 --seeds 5 --epochs 7 --pictures 100 --batch 10 --learning-rate 0.5 --least-agreement 0.6"
    options = parser().parse_args([*NEEDED, *numbers.split(), "--set", "space.a=1", "--set", "fitness.augment=true"])
    assert (options.count, options.seeds, options.epochs, options.pictures, options.batch) == (9, 5, 7, 100, 10)
    assert (options.learning_rate, options.least_agreement) == (0.5, 0.6)
    assert options.assignments == ["space.a=1", "fitness.augment=true"]


@pytest.mark.parametrize("missing", ["--space", "--data", "--out"])
def test_what_is_needed_is_asked_for(missing: str) -> None:
    at = NEEDED.index(missing)
    with pytest.raises(UsageError, match=missing):
        parser().parse_args(NEEDED[:at] + NEEDED[at + 2 :])


def test_help_names_every_default() -> None:
    text = " ".join(parser().format_help().split())
    for default in ("(default: 60)", "trainings of each (default: 3)", "others for each seed (default: 200)"):
        assert default in text
    assert "written (default: 0.8)" in text
