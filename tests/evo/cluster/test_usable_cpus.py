"""Catches: more workers than a container may keep busy, and none at all where it may keep less than one CPU busy."""

import pytest

from evo.cluster import usable_cpus as module
from evo.cluster.usable_cpus import usable_cpus


@pytest.mark.parametrize(("quota", "expected"), [(None, 8), (2.0, 2), (2.9, 2), (0.5, 1), (16.0, 8)])
def test_a_containers_quota_counts_where_it_is_less(
    monkeypatch: pytest.MonkeyPatch, quota: float | None, expected: int
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda process: range(8))
    monkeypatch.setattr(module, "cpu_quota", lambda: quota)
    assert usable_cpus() == expected
