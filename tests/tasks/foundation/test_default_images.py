"""Catches: a default that is no source, or that needs an archive."""

from pathlib import Path

import pytest

from tasks.foundation.default_images import DEFAULT_DATA, DEFAULT_DATA_ROOT
from tasks.foundation.errors import UsageError
from tasks.images.cifar import open_cifar10
from tasks.images.sources import SOURCES


def test_the_default_source_is_built_in_and_takes_no_archive() -> None:
    assert DEFAULT_DATA in SOURCES.builtin
    SOURCES.build(DEFAULT_DATA, {})


def test_archives_are_looked_for_in_the_default_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=f"the folder {DEFAULT_DATA_ROOT}/"):
        open_cifar10()
