"""Catches: a tracker that forgets how far it has come, or takes a damaged file for the truth; a file written through a
link."""

from pathlib import Path

import pytest

from evo.tracking.mark import Mark, path_of, read_mark
from tasks.foundation.errors import UsageError


def test_a_mark_counts_trials_and_epochs_by_seed_and_is_read_back(tmp_path: Path) -> None:
    assert read_mark(tmp_path, "board") == Mark()
    mark = Mark().named("x").with_trial().with_trial().with_epoch(7).with_epoch(7).with_epoch(8)
    assert (mark.run, mark.trials, mark.epochs_of(7), mark.epochs_of(8), mark.epochs_of(9)) == ("x", 2, 2, 1, 0)
    mark.save(tmp_path, "board")
    mark.with_trial().save(tmp_path, "board")
    assert read_mark(tmp_path, "board") == mark.with_trial()
    assert read_mark(tmp_path, "other") == Mark()
    assert [path.name for path in path_of(tmp_path, "board").parent.iterdir()] == ["board.json"]


@pytest.mark.parametrize(
    "content",
    [
        *("", "[]", "{}"),
        '{"run": 1, "trials": 0, "epochs": {}}',
        '{"run": "x", "trials": -1, "epochs": {}}',
        *(f'{{"run": "x", "trials": 1, "epochs": {epochs}}}' for epochs in ("[]", '{"0": "1"}', '{"0": true}')),
    ],
)
def test_a_damaged_file_is_one_line(content: str, tmp_path: Path) -> None:
    path = path_of(tmp_path, "board")
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(UsageError, match=r"board\.json: is damaged .*; take it away, and .* is tracked anew") as told:
        read_mark(tmp_path, "board")
    assert len(str(told.value).splitlines()) == 1


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    path, other = path_of(tmp_path, "board"), tmp_path / "other"
    path.parent.mkdir()
    other.write_text("mine")
    path.symlink_to(other)
    path.with_name(".board.json.tmp").symlink_to(other)
    Mark(trials=3).save(tmp_path, "board")
    assert (other.read_text(), path.is_symlink(), read_mark(tmp_path, "board").trials) == ("mine", False, 3)
