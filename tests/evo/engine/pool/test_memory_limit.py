"""Catches: a worker that is replaced although nothing says so, or the same reason said for every one of them."""

import pytest

from evo.engine.pool.memory_limit import GIB, MemoryLimit


def test_a_worker_is_replaced_for_what_it_held_last_and_the_reason_is_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    limit = MemoryLimit(2 * GIB)
    assert not limit.is_exceeded(0, "worker-0")
    limit.note(0, 3 * GIB)
    limit.note(0, 2 * GIB)
    assert not limit.is_exceeded(0, "worker-0")
    for number in (0, 1):
        limit.note(number, 3 * GIB)
        limit.note(number, None)
        assert limit.is_exceeded(number, f"worker-{number}")
        assert not limit.is_exceeded(number, f"worker-{number}")  # another one, of which nothing is known
    assert caplog.messages == [
        "note: worker-0 holds 3.00 GiB, more than --worker-memory 2.00 GiB: such workers are replaced between trials"
    ]


def test_without_a_limit_none_is() -> None:
    limit = MemoryLimit(None)
    limit.note(0, 10**15)
    assert not limit.is_exceeded(0, "worker-0")
