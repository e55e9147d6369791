"""Catches: a container's quota or memory that is not seen, in either version of control groups, at the root or below;
a limit that is none taken for one; cache that the kernel can drop counted as used."""

from pathlib import Path

import pytest

from evo.cluster import control_groups
from evo.cluster.control_groups import cpu_quota, memory_kills, memory_left, memory_limit

GIB = 2**30
NO_LIMIT = "9223372036854771712"  # as version 1 spells it


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without control groups; the folder that they would be in."""
    monkeypatch.setattr(control_groups, "ROOT", tmp_path / "cgroup")
    monkeypatch.setattr(control_groups, "OWN", tmp_path / "own")
    return tmp_path / "cgroup"


def says(root: Path, own: str, **files: str) -> None:
    """Write the groups of this process, and what the kernel says: ``__`` in a name for ``/``, ``_0`` for ``.``."""
    (root.parent / "own").write_text(own)
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_0", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")


@pytest.mark.parametrize(
    ("quota", "expected"),
    [("max 100000", None), ("200000 100000", 2.0), ("50000 100000", 0.5), ("", None), ("1 0", None)],
)
def test_a_quota_of_version_2(root: Path, quota: str, expected: float | None) -> None:
    says(root, "0::/", cpu_0max=quota)
    assert cpu_quota() == expected


@pytest.mark.parametrize(("quota", "expected"), [("-1", None), ("150000", 1.5)])
@pytest.mark.parametrize(
    ("own", "folder"),
    [
        ("4:memory:/\n3:cpu:/\n", "cpu"),
        ("3:cpu,cpuacct:/docker/f00\n", "cpu,cpuacct"),  # the machine's path, which the container does not see
        ("3:cpu,cpuacct:/docker/f00\n", "cpu__docker__f00"),
        ("3:cpu:/../../f00\n0::/\n", "cpu"),
    ],
)
def test_a_quota_of_version_1(root: Path, own: str, folder: str, quota: str, expected: float | None) -> None:
    says(root, own, **{f"{folder}__cpu_0cfs_quota_us": quota, f"{folder}__cpu_0cfs_period_us": "100000"})
    assert cpu_quota() == expected


def test_the_least_quota_on_the_way_down_counts(root: Path) -> None:
    quotas = {"cpu_0max": "max 100000", "a__cpu_0max": "300000 100000", "a__b__cpu_0max": "400000 100000"}
    says(root, "0::/a/b\n", **quotas, c__cpu_0max="100000 100000")  # c is another group
    assert cpu_quota() == 3.0


def test_no_control_groups_are_no_limit(root: Path) -> None:
    assert (cpu_quota(), memory_limit(), memory_left()) == (None, None, None)


def test_memory_of_version_2(root: Path) -> None:
    stat = f"anon 7\ninactive_file {GIB}"
    says(root, "0::/", memory_0max=str(4 * GIB), memory_0current=str(3 * GIB), memory_0stat=stat)
    assert (memory_limit(), memory_left()) == (4 * GIB, 2 * GIB)


def test_memory_of_version_1(root: Path) -> None:
    files = {"limit_in_bytes": str(4 * GIB), "usage_in_bytes": str(3 * GIB), "stat": f"total_inactive_file {GIB}"}
    top = {"memory__memory_0limit_in_bytes": NO_LIMIT}
    says(root, "9:memory:/a\n", **top, **{f"memory__a__memory_0{name}": text for name, text in files.items()})
    assert (memory_limit(), memory_left()) == (4 * GIB, 2 * GIB)


@pytest.mark.parametrize("limit", ["max", NO_LIMIT])
def test_a_limit_that_is_none(root: Path, limit: str) -> None:
    says(root, "0::/", memory_0max=limit)
    assert (memory_limit(), memory_left()) == (None, None)


def test_more_used_than_there_may_be_leaves_nothing(root: Path) -> None:
    says(root, "0::/", memory_0max=str(GIB), memory_0current=str(2 * GIB), memory_0stat="inactive_file 0")
    assert memory_left() == 0


@pytest.mark.parametrize(
    ("own", "files", "expected"),
    [
        ("0::/", {"memory_0max": "max", "memory_0events": "low 0\noom 5\noom_kill 3"}, 3),
        ("4:memory:/", {"memory__memory_0oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2"}, 2),
        ("4:memory:/", {"memory__memory_0oom_control": "oom_kill_disable 0\nunder_oom 0"}, None),
        ("0::/a", {"memory_0events": "oom_kill 3", "a__memory_0events": "oom_kill 1"}, 3),
        ("0::/", {}, None),
        ("0::/", {"memory_0events": "no pair of words"}, None),
    ],
)
def test_processes_that_the_kernel_ended_are_counted(
    root: Path, own: str, files: dict[str, str], expected: int | None
) -> None:
    says(root, own, **files)
    assert memory_kills() == expected
