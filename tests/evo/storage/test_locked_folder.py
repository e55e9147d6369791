"""Catches: two owners of one folder, one that outlives its process, a folder of something else taken over, a check that
leaves traces."""

import fcntl
import os
import time
from pathlib import Path

import pytest

from evo.storage import lock_owner
from evo.storage.lock_owner import Owner
from evo.storage.locked_folder import LOCK, LockedFolder, is_running
from tasks.foundation.errors import UsageError

MARKER = "config.json"


def refusal(path: Path, *, option: str = "--run-dir") -> str:
    with pytest.raises(UsageError) as caught:
        LockedFolder(path, option=option).check_usable(MARKER)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_checking_a_new_folder_writes_nothing(tmp_path: Path) -> None:
    folder = LockedFolder(tmp_path / "a" / "b")
    folder.check_usable(MARKER)
    folder.check_free()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_has_one_owner_at_a_time(tmp_path: Path) -> None:
    with LockedFolder(tmp_path / "run") as folder:
        folder.lock()
        assert is_running(tmp_path / "run")
        for action in (LockedFolder.check_free, LockedFolder.lock):
            with pytest.raises(UsageError, match="this process is running it already; end or close"):
                action(LockedFolder(tmp_path / "run"))
    assert not is_running(tmp_path / "run")
    with LockedFolder(tmp_path / "run") as third:
        third.check_free()
        third.lock()


def test_an_owner_in_another_process_is_told_apart(tmp_path: Path) -> None:
    with LockedFolder(tmp_path / "run") as folder:
        folder.lock()
        child = os.fork()
        if child == 0:
            try:
                LockedFolder(tmp_path / "run").lock()
            except UsageError as error:
                os._exit(int("another process is running it; wait" in str(error)))
            os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


def test_an_owner_that_is_gone_leaves_the_folder_free(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        LockedFolder(tmp_path / "run").lock()
        os._exit(0)  # no clean-up, as after kill -9
    os.waitpid(child, 0)
    assert (tmp_path / "run").is_dir()
    assert not is_running(tmp_path / "run")


def test_an_owner_on_another_machine_is_named_until_it_is_silent_for_long(tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text("17 elsewhere boot-of-theirs")
    assert is_running(tmp_path)
    for action in (LockedFolder.check_free, LockedFolder.lock):
        with pytest.raises(UsageError, match="process 17 of machine elsewhere is running it, heard of 0 s ago; stop"):
            action(LockedFolder(tmp_path))
    assert (tmp_path / LOCK).read_text() == "17 elsewhere boot-of-theirs"
    os.utime(tmp_path / LOCK, (time.time() - 100,) * 2)
    assert not is_running(tmp_path)
    with LockedFolder(tmp_path) as folder:
        folder.lock()
        assert (tmp_path / LOCK).read_text() == str(Owner.here())
    assert (tmp_path / LOCK).read_text() == ""


def test_of_two_machines_that_begin_at_once_the_first_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = "17 elsewhere boot-of-theirs"
    monkeypatch.setattr(lock_owner.time, "sleep", lambda seconds: (tmp_path / LOCK).write_text(theirs))
    with pytest.raises(UsageError, match="process 17 of machine elsewhere is running it"):
        LockedFolder(tmp_path).lock()
    assert (tmp_path / LOCK).read_text() == theirs
    with (tmp_path / LOCK).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # which is free again


def test_a_folder_of_something_else_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / ".hidden").touch()
    LockedFolder(tmp_path).check_usable(MARKER)
    (tmp_path / "thesis.txt").write_text("precious")
    assert refusal(tmp_path).startswith(f"--run-dir {tmp_path}: is not empty and holds no config.json")
    (tmp_path / MARKER).touch()
    LockedFolder(tmp_path).check_usable(MARKER)


def test_a_path_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "is a file, not a folder" in refusal(tmp_path / "file" / "run")
    with pytest.raises(UsageError, match="cannot be written"):
        LockedFolder(tmp_path / "file" / "run").lock()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evo.storage.locked_folder.os.access", lambda path, mode: False)  # root may write anywhere
    assert refusal(tmp_path / "run", option="").startswith(f"{tmp_path / 'run'}: {tmp_path} cannot be written")


def test_no_lock_is_written_through_a_link_or_waits_for_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("theirs")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / LOCK).symlink_to(tmp_path / "theirs")
    with pytest.raises(UsageError, match=r"\.lock is a link to"):
        LockedFolder(tmp_path / "run").lock()
    assert (tmp_path / "theirs").read_text() == "theirs"
    (tmp_path / "run" / LOCK).unlink()
    os.mkfifo(tmp_path / "run" / LOCK)
    assert not is_running(tmp_path / "run")
    with pytest.raises(UsageError, match="cannot be written"):
        LockedFolder(tmp_path / "run").lock()


def test_a_folder_with_a_link_in_it_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "best").symlink_to(tmp_path)
    with pytest.raises(UsageError, match="best is a link to"):
        LockedFolder(tmp_path / "run").lock()


def test_a_folder_in_latin_1_is_refused_in_words_that_can_be_written(tmp_path: Path) -> None:
    refused = refusal(tmp_path / "caf\udce9" / "run")
    assert r"caf\udce9/run': is not UTF-8, and no table can be written there; name another" in refused
    refused.encode()


@pytest.mark.parametrize(("name", "words"), [("r" * 300, "cannot be looked at"), ("a\0b", "a null byte in its name")])
def test_a_name_that_no_folder_can_have_is_refused(tmp_path: Path, name: str, words: str) -> None:
    assert words in refusal(tmp_path / name)
