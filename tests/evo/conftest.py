"""What several tests of the engine share: one local Ray for all of them."""

import logging
from collections.abc import Iterator

import pytest

from evo.engine.cluster import LOCAL_OBJECT_STORE_BYTES


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
