"""Catches: more than one thread inside the block, or a limit that stays afterwards."""

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from fitness.predictors.one_thread import one_thread


def threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_a_block_has_one_thread_and_what_follows_has_as_many_as_before() -> None:
    np.ones((2, 2)) @ np.ones((2, 2))
    with threadpool_limits(limits=2):
        before = threads()
        with one_thread():
            assert threads() == {1}
        assert threads() == before
