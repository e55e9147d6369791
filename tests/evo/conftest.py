"""What several tests of the engine share: one local Ray for all of them, and a differentiable search run once."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from evo.cluster.local_ray import LOCAL_OBJECT_STORE_BYTES


@pytest.fixture(scope="session")
def ray_cluster() -> Iterator[None]:
    """A Ray on this machine with two CPUs, shut down after the last test."""
    import ray

    ray.init(
        address="local",
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        logging_level=logging.ERROR,
        object_store_memory=LOCAL_OBJECT_STORE_BYTES,
    )
    yield
    ray.shutdown()


@pytest.fixture(scope="session")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder of a differentiable search with two supernets, not to be written to."""
    from tests.evo.retraining.small_runs import gradient_config, write_gradient_run

    return write_gradient_run(tmp_path_factory.mktemp("searched") / "run", gradient_config())


@pytest.fixture
def run(searched: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(searched, tmp_path / "run"))
