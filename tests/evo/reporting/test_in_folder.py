"""Catches: a path or a text that is taken for a run."""

from pathlib import Path

import evo
from evo.reporting.in_folder import InFolder
from tests.run_folders import done, write_run


def test_a_run_is_told_from_its_folder(tmp_path: Path) -> None:
    assert isinstance(evo.load(write_run(tmp_path, [done(0, 1.0)])), InFolder)
    assert not isinstance(tmp_path, InFolder)
    assert not isinstance("path", InFolder)
