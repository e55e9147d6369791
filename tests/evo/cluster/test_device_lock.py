"""Catches: two processes that measure on a device at once, a lock that outlives its holder, a link or another user's
folder that stands in for it."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from evo.cluster.device_lock import alone_on


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the machine's temporary folder, which is the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


HOLDS = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from evo.cluster.device_lock import alone_on
with alone_on("cpu"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_process_waits_until_the_device_is_free_or_its_holder_is_killed(own_folder: Path) -> None:
    command = [sys.executable, "-c", HOLDS, str(own_folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
            with alone_on("another-device"):
                pass
            with pytest.raises(subprocess.TimeoutExpired):
                other.wait(0.5)
            assert other.stdout is not None
            holder.kill()
            assert other.stdout.readline() == "held\n"
            other.kill()


def test_a_folder_that_is_a_link_is_refused(own_folder: Path) -> None:
    (own_folder / "elsewhere").mkdir()
    (own_folder / f"selfnas-latency-{os.getuid()}").symlink_to(own_folder / "elsewhere")
    with pytest.raises(PermissionError, match="is not a folder of this user"), alone_on("cpu"):
        pass
    assert list((own_folder / "elsewhere").iterdir()) == []


def test_a_lock_that_is_a_link_is_refused_and_no_other_user_can_write_there(own_folder: Path) -> None:
    with alone_on("cpu"):
        folder = own_folder / f"selfnas-latency-{os.getuid()}"
        assert folder.stat().st_mode & 0o777 == 0o700
    (folder / "gpu.lock").symlink_to(own_folder / "target")
    with pytest.raises(OSError, match="symbolic links"), alone_on("gpu"):
        pass
    assert not (own_folder / "target").exists()
