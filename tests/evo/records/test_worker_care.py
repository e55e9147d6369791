"""Catches: an amount of memory that is read as another one."""

import pytest

from evo.records.worker_care import WorkerCare, bytes_of
from tasks.foundation.errors import UsageError


@pytest.mark.parametrize(
    ("text", "size"),
    [
        *[("4G", 4 * 2**30), ("4GiB", 4 * 2**30), ("4 gb", 4 * 2**30), ("1.5M", 3 * 2**19), ("2T", 2**41)],
        *[("7k", 7 * 1024), ("100", 100), ("100B", 100), (" 1G ", 2**30)],
    ],
)
def test_a_size_is_what_its_text_spells(text: str, size: int) -> None:
    assert bytes_of("--worker-memory", text) == size


@pytest.mark.parametrize("text", ["", "G", "-1G", "0", "0.1", "4X", "1e9", "4G of it"])
def test_what_is_no_size_is_one_line(text: str) -> None:
    with pytest.raises(UsageError, match=r"--worker-memory .*: a size is needed, e.g. 512M or 4G$"):
        bytes_of("--worker-memory", text)


def test_slow_trials_are_run_once_more_unless_somebody_says_no() -> None:
    assert WorkerCare() == WorkerCare(overdue=20.0, memory_bytes=None)
