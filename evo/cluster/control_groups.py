"""What a container may use: the limits of the control groups that this process is in, of either version.

A container sees its own group at the root, or the machine's groups with its own below; both are looked at.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

T = TypeVar("T", int, float)

ROOT, OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
_NO_LIMIT = 2**60
"""Bytes from which on a limit is none: version 1 spells that as almost 2 to the power of 63."""


def cpu_quota() -> float | None:
    """Return how many CPUs this process may keep busy, None where no group says so."""
    return min(_said("cpu", _quota), default=None)


def memory_limit() -> int | None:
    """Return how many bytes of memory this process and those beside it may have, None where no group says so."""
    return min(_said("memory", _limit), default=None)


def memory_left() -> int | None:
    """Return how many bytes are left of that, what the kernel can drop from its cache included."""
    return min(_said("memory", _left), default=None)


def memory_kills() -> int | None:
    """Return how many processes were ended for want of memory in this process's groups, None where no group says so."""
    return max(_said("memory", _kills), default=None)


def _said(controller: str, read: Callable[[Path], T | None]) -> Iterator[T]:
    """Yield what the groups of a controller say; one that says nothing, or nothing that can be read, is left out."""
    for folder in _groups(controller):
        try:
            found = read(folder)
        except (OSError, ValueError, IndexError, ZeroDivisionError):
            continue
        if found is not None:
            yield found


def _groups(controller: str) -> Iterator[Path]:
    """Yield the folders of this process's groups, from the root down."""
    try:
        lines = OWN.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        lines = ["0::/"]
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            bases = dict.fromkeys((ROOT / controller, ROOT / controllers))
        else:
            bases = dict.fromkeys(() if controllers else (ROOT, ROOT / "unified"))
        for base in bases:
            yield from _downwards(base, path)


def _downwards(base: Path, path: str) -> Iterator[Path]:
    yield base
    for part in Path(path).parts[1:]:
        if part == "..":  # of a group outside of what the container sees
            return
        base /= part
        yield base


def _quota(folder: Path) -> float | None:
    if (folder / "cpu.max").exists():
        quota, period = _text(folder / "cpu.max").split()
    else:
        quota, period = _text(folder / "cpu.cfs_quota_us"), _text(folder / "cpu.cfs_period_us")
    return None if quota in ("max", "-1") else int(quota) / int(period)


def _limit(folder: Path) -> int | None:
    text = _text(folder / _memory_file(folder, "memory.max", "memory.limit_in_bytes"))
    return None if text == "max" or int(text) >= _NO_LIMIT else int(text)


def _left(folder: Path) -> int | None:
    limit = _limit(folder)
    if limit is None:
        return None
    used = int(_text(folder / _memory_file(folder, "memory.current", "memory.usage_in_bytes")))
    counts = dict(line.split() for line in _text(folder / "memory.stat").splitlines())
    droppable = int(counts.get("total_inactive_file", counts.get("inactive_file", 0)))
    return max(limit - max(used - droppable, 0), 0)


def _kills(folder: Path) -> int | None:
    counts = dict(
        line.split()
        for line in _text(folder / _memory_file(folder, "memory.events", "memory.oom_control")).splitlines()
    )
    return int(counts["oom_kill"]) if "oom_kill" in counts else None


def _memory_file(folder: Path, second: str, first: str) -> str:
    """Return a file's name in the version of control groups that a folder is of."""
    return second if (folder / second).exists() else first


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii").strip()
