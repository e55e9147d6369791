"""Catches: a folder that stays behind when its readers are gone, also where the disk is full before it is whole, one
that somebody else has laid out, one that is removed while it is read, one that is filled twice."""

import fcntl
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from evo.cluster import lasting_folder as module
from evo.cluster.lasting_folder import lasting_folder


class Filling:
    """Fills folders, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, folder: Path) -> None:
        self.times += 1
        folder.mkdir()
        (folder / "a.png").touch()


@pytest.fixture(autouse=True)
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Let the temporary folder be one of this test's, and nothing of it be read afterwards."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    yield
    while module._held:
        module._held.pop().close()


@pytest.fixture
def fill() -> Filling:
    return Filling()


def token() -> str:
    return uuid4().hex


def wait_until_gone(base: Path) -> None:
    give_up = time.monotonic() + 60
    while base.exists():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_a_folder_is_filled_once_and_is_its_users_alone(fill: Filling) -> None:
    name = token()
    folder = lasting_folder(name, fill)
    assert lasting_folder(name, fill) == folder
    assert (fill.times, [path.name for path in folder.iterdir()]) == (1, ["a.png"])
    assert folder.parent.stat().st_mode & 0o777 == 0o700


def test_a_half_filled_folder_is_filled_anew(fill: Filling) -> None:
    name = token()
    base = module._base(name)
    (base / "images" / "train").mkdir(parents=True)
    base.chmod(0o700)
    assert [path.name for path in lasting_folder(name, fill).iterdir()] == ["a.png"]


def test_nothing_stays_of_a_folder_that_a_full_disk_cuts_short(fill: Filling) -> None:
    def cut_short(folder: Path) -> None:
        fill(folder)
        raise OSError("No space left on device")

    name = token()
    with pytest.raises(OSError, match="No space left"):
        lasting_folder(name, cut_short)
    wait_until_gone(module._base(name))
    assert (lasting_folder(name, fill) / "a.png").exists()


def test_who_waits_to_remove_an_old_folder_leaves_a_new_one_of_its_name(fill: Filling) -> None:
    base = module._base(token())
    base.mkdir(mode=0o700)
    with (base / "lock").open("w") as old:
        fcntl.flock(old, fcntl.LOCK_EX)
        waiting = subprocess.Popen([sys.executable, "-I", "-c", module._REMOVE, str(base)])
        give_up = time.monotonic() + 60
        while not any(os.path.samestat(os.fstat(old.fileno()), each.stat()) for each in files_of(waiting.pid)):
            assert time.monotonic() < give_up
            time.sleep(0.02)
        (base / "lock").unlink()
        (base / "lock").touch()
    assert waiting.wait(60) == 0
    assert base.exists()


def files_of(pid: int) -> list[Path]:
    """Return what a process has open."""
    return [path for path in Path(f"/proc/{pid}/fd").iterdir() if path.exists()]


def test_a_folder_that_somebody_has_laid_out_is_not_used(fill: Filling, tmp_path: Path) -> None:
    for prepare in (lambda base: base.mkdir(mode=0o755), lambda base: base.symlink_to(tmp_path)):
        name = token()
        prepare(module._base(name))
        with pytest.raises(OSError, match="is not this process's own folder"):
            lasting_folder(name, fill)


def test_what_lost_machines_kept_is_cleared_away_and_what_is_read_is_not(
    fill: Filling, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, read, young = (token() for _ in range(3))
    monkeypatch.setattr(module, "_remove_afterwards", lambda base: None)
    for name in (left, read, young):
        lasting_folder(name, fill)
    module._held.pop(0).close()
    module._held.pop(1).close()
    for name in (left, read):
        os.utime(module._base(name) / "lock", (1, 1))
    lasting_folder(token(), fill)
    assert [module._base(name).exists() for name in (left, read, young)] == [False, True, True]


def test_readers_share_a_lock_and_keep_it(fill: Filling) -> None:
    base = lasting_folder(token(), fill).parent
    with (base / "lock").open("r+") as other:
        fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)
        with pytest.raises(OSError):  # noqa: PT011 - whichever the system raises
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_folder_goes_with_its_last_reader_and_comes_again(fill: Filling) -> None:
    name = token()
    base = lasting_folder(name, fill).parent
    lasting_folder(name, fill)
    module._held.pop().close()
    time.sleep(0.5)
    assert (base / "images").exists()
    module._held.pop().close()
    wait_until_gone(base)
    assert lasting_folder(name, fill) == base / "images"
    assert fill.times == 2


def test_a_reader_that_comes_while_a_folder_is_removed_makes_it_anew(
    fill: Filling, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = token()
    base = module._base(name)
    real = fcntl.flock
    calls: list[int] = []

    def flock(lock: io.TextIOWrapper, kind: int) -> None:
        real(lock, kind)
        calls.append(kind)
        if len(calls) == 1:
            shutil.rmtree(base)

    monkeypatch.setattr(fcntl, "flock", flock)
    assert (lasting_folder(name, fill) / "a.png").exists()
    assert calls == [fcntl.LOCK_SH, fcntl.LOCK_SH, fcntl.LOCK_EX]
