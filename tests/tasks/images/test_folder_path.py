"""Catches: a home folder that is taken for a folder called ``~``, a name in Latin-1 that fails only when results are
written, or with a message about something else."""

from pathlib import Path

import pytest

from tasks.foundation.errors import UsageError
from tasks.images.folder_path import full_path


def test_the_path_is_full_and_a_tilde_is_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.chdir(tmp_path)
    assert full_path("~") == Path("/home/me")
    assert full_path("~/a") == full_path(Path("~/a")) == Path("/home/me/a")
    assert full_path("a~/b") == tmp_path / "a~" / "b"


@pytest.mark.parametrize(("folder", "words"), [("~nobody.here/a", "whose home"), ("/caf\udce9", "rename the folder")])
def test_what_cannot_be_named_is_refused_in_one_line(folder: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        full_path(folder)
    str(caught.value).encode()
    assert "\n" not in str(caught.value)
