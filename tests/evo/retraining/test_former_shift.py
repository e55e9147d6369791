"""Catches: trainings from before a shift was said that are not gone on with, or by another shift; one that takes up
trainings by a shift that somebody asks for otherwise.
"""

import json
from pathlib import Path

import pytest

from evo.retraining.folder import TrainingFolder
from evo.storage.run_folder import CONFIG
from tasks.foundation.errors import UsageError
from tests.evo.retraining.small_runs import resolved_of

NAMED = ["--name", "mine"]
INHERITED = ["--init", "inherited"]
FORMER, OF_AN_EIGHTH = ["--set", "train.shift=4"], ["--set", "train.shift=1"]  # of 8 pixels


def begin(run: Path, *options: str, digest: str | None = None) -> Path:
    """Make the folder of trainings as a command does."""
    with TrainingFolder(resolved_of(run, *options), digest) as folder:
        folder.claim(1)
    return folder.path


def shift_of(run: Path, *options: str) -> int | None:
    """Return the shift of what is asked for, which its folder has to take."""
    resolved = resolved_of(run, *options)
    TrainingFolder(resolved).stored_threads()
    return resolved.config.settings.shift


@pytest.mark.parametrize("named", [[], NAMED], ids=["unnamed", "named"])
def test_trainings_that_say_no_shift_go_on_by_theirs(run: Path, named: list[str]) -> None:
    assert shift_of(run, *named) == 1
    path = begin(run, *named, *FORMER)  # as it was written before
    assert "shift" not in json.loads((path / CONFIG).read_text())["setting"]["settings"]
    again = resolved_of(run, *named)
    assert (again.config.settings.shift, again.path) == (4, path)
    assert shift_of(run, *named) == 4
    assert shift_of(run, *named, "--data-root", ".", "--seed", "3") == 4
    if named:
        with pytest.raises(UsageError, match=r"holds another training \(shift None there, 1 here\)"):
            shift_of(run, *named, *OF_AN_EIGHTH)
    else:
        assert shift_of(run, *OF_AN_EIGHTH) == 1
        assert shift_of(run, "--epochs", "4") == 1


@pytest.mark.parametrize("named", [[], NAMED], ids=["unnamed", "named"])
def test_inherited_ones_go_on_by_theirs_and_by_the_norms_that_they_had(run: Path, named: list[str]) -> None:
    path = begin(run, *named, *FORMER, digest="ab")
    stored = json.loads((path / CONFIG).read_text())
    del stored["statistics_images"]
    (path / CONFIG).write_text(json.dumps(stored))
    for norms in ([], ["--set", "train.searched=false"]):
        again = resolved_of(run, *INHERITED, *named, *norms)
        settings = again.config.settings
        assert (settings.shift, settings.searched, again.path) == (4, False, path)
        assert TrainingFolder(again, "ab").stored_threads() == 1


@pytest.mark.parametrize("named", [[], NAMED], ids=["unnamed", "named"])
def test_trainings_that_are_shifted_by_an_eighth_stay_so(run: Path, named: list[str]) -> None:
    path = begin(run, *named)
    if not named:
        begin(run, *FORMER)
    again = resolved_of(run, *named)
    assert (again.config.settings.shift, again.path) == (1, path)
