"""What only a process of the engine's own may do to itself: a worker, or a command; a caller's is left as it was."""

import ctypes
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tasks.foundation.command_line import FAILED, error_line

_SIZES = Path("/proc/self/statm")
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3

_commands: list[str] = []
"""The command whose process this is, empty in a caller's."""


def keep_freed_memory() -> None:
    """Let this process keep the memory that it frees, for good.

    Activations are freed and asked for again every step; handing them back to the kernel costs page faults.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # not glibc
        return
    if not mallopt(_M_MMAP_THRESHOLD, 1 << 30):
        mallopt(_M_MMAP_THRESHOLD, 1 << 25)  # the most that older versions take
    mallopt(_M_TRIM_THRESHOLD, (1 << 31) - 1)


def resident_bytes() -> int | None:
    """Return the bytes of memory that this process holds, None where its system does not say so."""
    try:
        return int(_SIZES.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return None


@contextmanager
def owned_by(program: str) -> Iterator[None]:
    """Let this process be a command's for as long as the block lasts."""
    _commands.append(program)
    try:
        yield
    finally:
        _commands.pop()


def end_own_process(reason: str) -> None:
    """End a command's process at once with one line, from any thread; a caller's goes on."""
    if not _commands:
        return
    with suppress(OSError, ValueError):
        print(error_line(_commands[-1], RuntimeError(reason)), file=sys.stderr, flush=True)
        sys.stdout.flush()
    os._exit(FAILED)
