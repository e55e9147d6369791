"""One thread for what numerical libraries do in a block, so that sums come out the same on every machine."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Let BLAS and OpenMP use one thread while the block lasts."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield
