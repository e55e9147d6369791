"""Catches: a link in a folder that writers would follow, and a folder refused for the link that leads to it."""

from pathlib import Path

import pytest

from evo.storage.link_check import check_no_links
from tasks.foundation.errors import UsageError


@pytest.mark.parametrize("place", ["link", "best/link", ".hidden", "train/a/b"])
def test_a_link_anywhere_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "other").mkdir()
    link = tmp_path / "run" / place
    link.parent.mkdir(parents=True, exist_ok=True)
    check_no_links(tmp_path / "run", "--run-dir x")
    for target in (tmp_path / "other", tmp_path / "absent"):
        link.symlink_to(target)
        with pytest.raises(UsageError, match=f"^--run-dir x: {place} is a link to .*/{target.name}, .*; put the"):
            check_no_links(tmp_path / "run", "--run-dir x")
        link.unlink()


def test_the_folder_itself_may_be_one(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "run")
    check_no_links(tmp_path / "link", "x")
