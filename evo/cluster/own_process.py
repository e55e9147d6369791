"""What only a process of the engine's own may do to itself: a worker, or a command; a caller's is left as it was."""

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


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
