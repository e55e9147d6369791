"""Catches: a folder that holds nothing, or is gone, of which it is said that it can be gone on with."""

from pathlib import Path

import pytest

from evo.storage.kept_work import kept_in
from tasks.foundation.errors import UsageError


def said(folder: Path, finished: int | Exception) -> str:
    def count() -> int:
        if isinstance(finished, Exception):
            raise finished
        return finished

    return kept_in(folder, "config.json", count, unit="trial", again="--resume goes on")


@pytest.mark.parametrize(
    ("finished", "words"),
    [
        (37, "{} holds 37 finished trials: --resume goes on"),
        (1, "{} holds 1 finished trial: --resume goes on"),
        (0, "{} holds no finished trial yet: --resume goes on"),
        (OSError("stale handle"), "what was finished in {} cannot be read (stale handle)"),
        (UsageError("damaged\nat length"), "what was finished in {} cannot be read (damaged)"),
    ],
)
def test_what_is_there_is_counted(tmp_path: Path, finished: int | Exception, words: str) -> None:
    (tmp_path / "config.json").touch()
    assert said(tmp_path, finished) == words.format(tmp_path)


def test_a_folder_without_the_work_is_begun_anew(tmp_path: Path) -> None:
    assert said(tmp_path, 3) == f"{tmp_path} holds nothing of it: the same command begins anew"
    gone = tmp_path / "gone"
    assert said(gone, 3) == f"{gone} is gone, and what was finished with it: the same command begins anew"
