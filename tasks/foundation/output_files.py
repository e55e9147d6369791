"""Whether a file may be written where somebody names it, asked before the work whose outcome it shall hold."""

import os
from pathlib import Path

from tasks.foundation.errors import UsageError, first_line


def check_output(path: Path, *, force: bool) -> None:
    """Raise UsageError where a file could not be written, or would replace one that ``force`` does not give up."""
    if not is_there(path.parent) or not path.parent.is_dir():
        raise UsageError(f"{path}: folder {path.parent} does not exist")
    if is_there(path) and not path.is_file():
        raise UsageError(f"{path}: is no plain file; name the file to write")
    if path.exists() and not force:
        raise UsageError(f"{path}: exists already; --force replaces it")
    if not os.access(path.parent, os.W_OK):
        raise UsageError(f"{path}: folder {path.parent} cannot be written to")


def is_there(path: Path) -> bool:
    """Return whether a path exists; raises UsageError where that cannot be found out, e.g. for want of rights."""
    try:
        path.stat()
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:  # ValueError: a null byte
        raise UsageError(f"{str(path)[:200]!r}: cannot be looked at: {first_line(error)[:200]}") from error
    return True
