"""Who owns a folder: a process of which machine, and when it was last heard of.

A lock of the kernel's ends with its process, but on a shared file system other machines may not see it (NFS before
version 4, and others). So an owner signs, and beats: the time of its file is renewed. Machines are told apart by when
they were started; their clocks have to agree to within the time that a silent owner is believed. One that was silent
for longer, as a laptop that sleeps, may find another's signature in the place of its own: it is the owner no more.

Times are seconds.
"""

import errno
import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TextIO

from tasks.foundation.plain_files import open_plain

BEAT_S = 15.0
BELIEVED_S = 60.0
"""For how long an owner on another machine is believed to live after it was last heard of."""
MOMENT_S = 0.1
"""How long after signing the signature is read back: two machines that found no owner at once have both signed by then.
"""
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Owner:
    """A process, its machine's name, and what tells this start of that machine from all others."""

    process: int
    machine: str
    boot: str

    @classmethod
    def here(cls) -> Self:
        """Return this process."""
        machine = os.uname().nodename
        try:
            boot = _BOOT.read_text().strip()
        except OSError:
            boot = machine
        return cls(os.getpid(), machine, boot)

    @classmethod
    def signed(cls, text: str) -> Self | None:
        """Return who wrote a text, None for what no owner has written."""
        words = text[:1_000].split()
        return cls(int(words[0]), *words[1:]) if len(words) == 3 and words[0].isdecimal() else None

    def __str__(self) -> str:
        """Return what ``signed`` reads."""
        return f"{self.process} {self.machine} {self.boot}"

    def is_elsewhere(self) -> bool:
        """Return whether it is a process of another machine."""
        return self.boot != Owner.here().boot


def heard_of(path: Path) -> tuple[Owner, float] | None:
    """Return who signed a lock's file and the seconds since it beat; None where nobody has, or it cannot be read."""
    try:
        with open_plain(path) as file:
            owner = Owner.signed(file.read(1_000).decode())
            age_s = time.time() - os.fstat(file.fileno()).st_mtime
    except (OSError, UnicodeDecodeError):
        return None
    return (owner, age_s) if owner else None


def lives_elsewhere(path: Path) -> tuple[Owner, float] | None:
    """Return the owner by a lock's file, and the seconds since it beat, where that is a live one of another machine."""
    found = heard_of(path)
    return found if found and found[0].is_elsewhere() and found[1] < BELIEVED_S else None


class TakenOverError(OSError):
    """Another process has signed for a folder in the place of this one, which must not write there any more."""

    def __init__(self, folder: Path, signature: str) -> None:
        """Say who has the folder now, by the signature that was found."""
        owner = Owner.signed(signature)
        who = f"process {owner.process} of machine {owner.machine}"[:200] if owner else "another process"
        super().__init__(
            errno.EBUSY, f"{who} has taken {folder} over, as this one had been silent; nothing more is written"
        )

    def __str__(self) -> str:
        """Return the reason alone."""
        return str(self.strerror)


class SignOfLife:
    """Signs a lock's file and renews its time until it is stopped, or another has signed in its place."""

    def __init__(self, path: Path, file: TextIO) -> None:
        """Sign, and begin; a full disk leaves the signature open. file: that of the path, open for appending, locked.

        Raises TakenOverError where another machine signs at the same moment.
        """
        self._path, self._file, self._over = path.absolute(), file, threading.Event()
        here = str(Owner.here())
        self._sign(here)
        time.sleep(MOMENT_S)
        found = self._read()
        self._mine = here if found is None else found
        if self._mine not in (here, ""):
            raise TakenOverError(path.parent, self._mine)
        _living.append(self)
        self._thread = threading.Thread(target=self._beat, name="lock", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it, and take the signature back where it is its own."""
        self._over.set()
        self._thread.join()
        _living.remove(self)
        if self._other() is None:
            self._sign("")

    def check(self, path: Path) -> None:
        """Raise TakenOverError where a path is below the folder and another has signed for that."""
        if path.absolute().is_relative_to(self._path.parent) and (other := self._other()) is not None:
            raise TakenOverError(self._path.parent, other)

    def _other(self) -> str | None:
        """Return the signature in the place of its own, empty where that was taken back; None where it is its own."""
        found = self._read()
        return None if found == self._mine else found

    def _read(self) -> str | None:
        """Return the signature, None where it cannot be read; opened anew, as NFS looks for news only then."""
        try:
            with open_plain(self._path) as file:
                return file.read(1_000).decode(errors="replace")
        except OSError:
            return None

    def _sign(self, text: str) -> None:
        with suppress(OSError):
            self._file.truncate(0)
            self._file.write(text)
            self._file.flush()
            os.fsync(self._file.fileno())

    def _beat(self) -> None:
        while not self._over.wait(BEAT_S) and self._other() is None:
            with suppress(OSError):
                os.utime(self._file.fileno())


_living: list[SignOfLife] = []
"""Those of this process."""


def check_owned(path: Path) -> None:
    """Raise TakenOverError where a file about to be written is in a folder that this process has lost to another."""
    for sign in tuple(_living):
        sign.check(path)
