"""A search by gradient, run once for all tests of trainings."""

import shutil
from pathlib import Path

import pytest

from tests.evo.retraining.small_runs import gradient_config, write_gradient_run


@pytest.fixture(scope="session")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder with two supernets, not to be written to."""
    return write_gradient_run(tmp_path_factory.mktemp("searched") / "run", gradient_config())


@pytest.fixture
def run(searched: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(searched, tmp_path / "run"))
