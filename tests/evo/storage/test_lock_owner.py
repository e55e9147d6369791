"""Catches: a lock of another machine that is not seen or is kept for ever, one of this machine taken for another's, an
owner that is silent while it lives."""

import os
import time
from pathlib import Path

import pytest

from evo.storage import lock_owner
from evo.storage.lock_owner import BELIEVED_S, Owner, SignOfLife, heard_of, lives_elsewhere

THEIRS = Owner(17, "elsewhere", "boot-of-theirs")


def signed(path: Path, owner: object, *, age_s: float = 0.0) -> Path:
    path.write_text(str(owner))
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def test_an_owner_is_read_as_it_was_signed() -> None:
    here = Owner.here()
    assert (here.process, here.machine) == (os.getpid(), os.uname().nodename)
    assert Owner.signed(str(here)) == here
    assert [Owner.signed(text) for text in ("", "17 elsewhere", "x elsewhere boot", "1 2 3 4")] == [None] * 4


@pytest.mark.parametrize(("age_s", "lives"), [(0.0, True), (BELIEVED_S - 5, True), (BELIEVED_S + 5, False)])
def test_an_owner_of_another_machine_is_believed_for_a_while(tmp_path: Path, age_s: float, lives: bool) -> None:
    found = lives_elsewhere(signed(tmp_path / "lock", THEIRS, age_s=age_s))
    assert (found is not None) is lives
    if found:
        assert found == (THEIRS, pytest.approx(age_s, abs=2.0))


def test_what_this_machine_signed_is_the_kernels_business(tmp_path: Path) -> None:
    other_process = Owner(Owner.here().process + 1, "a-container", Owner.here().boot)
    path = signed(tmp_path / "lock", other_process)
    assert lives_elsewhere(path) is None
    assert heard_of(path) == (other_process, pytest.approx(0.0, abs=2.0))


def test_what_nobody_signed_is_nobodys(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    assert [heard_of(tmp_path / name) for name in ("missing", "bytes")] == [None, None]
    assert heard_of(signed(tmp_path / "old", "17 elsewhere")) is None


def test_a_heartbeat_renews_the_time_and_leaves_no_signature(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_owner, "BEAT_S", 0.01)
    path = tmp_path / "lock"
    with path.open("a") as file:
        beat = SignOfLife(file)
        assert path.read_text() == str(Owner.here())
        os.utime(path, (0.0, 0.0))
        give_up = time.monotonic() + 60
        while path.stat().st_mtime == 0.0:
            assert time.monotonic() < give_up
            time.sleep(0.01)
        beat.stop()
        assert path.read_text() == ""
