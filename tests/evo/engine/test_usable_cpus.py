"""Catches: more workers than a container may keep busy, and none at all where it may keep less than one CPU busy."""

from pathlib import Path

import pytest

from evo.engine import usable_cpus as module
from evo.engine.usable_cpus import usable_cpus


@pytest.mark.parametrize(
    ("quota", "expected"),
    [("max 100000", 8), ("200000 100000", 2), ("50000 100000", 1), ("1600000 100000", 8), ("", 8), (None, 8)],
)
def test_a_containers_quota_counts_where_it_is_less(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quota: str | None, expected: int
) -> None:
    file = tmp_path / "cpu.max"
    if quota is not None:
        file.write_text(quota)
    monkeypatch.setattr("os.sched_getaffinity", lambda process: range(8))
    monkeypatch.setattr(module, "Path", lambda path: file)
    assert usable_cpus() == expected
