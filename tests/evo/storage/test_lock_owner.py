"""Catches: a lock of another machine that is not seen or is kept for ever, one of this machine taken for another's, an
owner that is silent while it lives, one that goes on writing in a folder that is another's by now."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from evo.storage import lock_owner
from evo.storage.durable_files import write_text
from evo.storage.durable_log import DurableLog
from evo.storage.lock_owner import (
    BELIEVED_S,
    Owner,
    SignOfLife,
    TakenOverError,
    check_owned,
    heard_of,
    lives_elsewhere,
)

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
        beat = SignOfLife(path, file)
        assert path.read_text() == str(Owner.here())
        os.utime(path, (0.0, 0.0))
        give_up = time.monotonic() + 60
        while path.stat().st_mtime == 0.0:
            assert time.monotonic() < give_up
            time.sleep(0.01)
        beat.stop()
        assert path.read_text() == ""


@pytest.fixture
def owned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The lock of a folder that this process has, and beats for every few milliseconds."""
    monkeypatch.setattr(lock_owner, "BEAT_S", 0.01)
    path = tmp_path / "run" / "lock"
    path.parent.mkdir()
    with path.open("a") as file:
        beat = SignOfLife(path, file)
        yield path
        beat.stop()


@pytest.mark.parametrize(
    ("signature", "who"), [(str(THEIRS), "process 17 of machine elsewhere"), ("", "another process"), ("?", "another")]
)
def test_an_owner_that_wakes_to_anothers_signature_writes_nothing_more(owned: Path, signature: str, who: str) -> None:
    log = DurableLog(owned.parent / "rows", pa.schema([("x", pa.int64())]))
    log.append({"x": 1})
    signed(owned, signature)
    written = owned.parent / "rows" / "part-00000.parquet"
    for write in (lambda: write_text(owned.parent / "best" / "a.txt", "x"), log.write):
        with pytest.raises(TakenOverError, match=rf"^{who}.* has taken {owned.parent} over, as this"):
            write()
    assert not (owned.parent / "best").exists()
    assert not written.exists()
    check_owned(owned.parent.parent / "elsewhere.txt")  # which is nobody's
    signed(owned, Owner.here())  # the same file is its own again
    log.write()
    assert written.exists()


def test_an_owner_that_wakes_leaves_anothers_signature_as_it_is(owned: Path) -> None:
    theirs = signed(owned, THEIRS, age_s=100.0).stat().st_mtime
    beat = lock_owner._living[-1]  # the fixture's; a script of another test may own its folder until the process ends
    beat._thread.join(60)  # it beats no longer
    assert not beat._thread.is_alive()
    beat.stop()
    lock_owner._living.append(beat)  # for the fixture's
    assert (owned.read_text(), owned.stat().st_mtime) == (str(THEIRS), theirs)


def test_a_lock_that_cannot_be_read_is_taken_for_ones_own(owned: Path) -> None:
    owned.unlink()
    check_owned(owned)


def test_of_two_that_sign_at_once_the_first_gives_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lock"
    moments: list[float] = []
    before = [*lock_owner._living]

    def meanwhile(seconds: float) -> None:
        moments.append(seconds)
        signed(path, THEIRS)

    monkeypatch.setattr(lock_owner.time, "sleep", meanwhile)
    with path.open("a") as file, pytest.raises(TakenOverError, match="17 of machine elsewhere"):
        SignOfLife(path, file)
    assert moments == [lock_owner.MOMENT_S]
    assert lock_owner._living == before
    assert path.read_text() == str(THEIRS)
