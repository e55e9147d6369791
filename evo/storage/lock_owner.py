"""Who owns a folder: a process of which machine, and when it was last heard of.

A lock of the kernel's ends with its process, but on a shared file system other machines may not see it (NFS before
version 4, and others). So an owner signs, and beats: the time of its file is renewed. Machines are told apart by when
they were started; their clocks have to agree to within the time that a silent owner is believed.

Times are seconds.
"""

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


class SignOfLife:
    """Signs a lock's file and renews its time until it is stopped."""

    def __init__(self, file: TextIO) -> None:
        """Sign, and begin; a full disk leaves the signature open. file: open for appending, and locked."""
        self._file, self._over = file, threading.Event()
        self._sign(str(Owner.here()))
        self._thread = threading.Thread(target=self._beat, name="lock", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it, and take the signature back."""
        self._over.set()
        self._thread.join()
        self._sign("")

    def _sign(self, text: str) -> None:
        with suppress(OSError):
            self._file.truncate(0)
            self._file.write(text)
            self._file.flush()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_S):
            with suppress(OSError):
                os.utime(self._file.fileno())
