"""Exported files in their folder, and what may be replaced there."""

from collections.abc import Mapping
from pathlib import Path

from tasks.foundation.errors import UsageError
from tasks.foundation.plain_files import MOST_TENSOR_BYTES, read_plain
from tasks.foundation.whole_files import write_bytes


def check_files(folder: Path, files: Mapping[str, bytes], *, force: bool) -> None:
    """Raise UsageError where a file is there with other content, unless ``force``, or where none can be written.

    That nothing in the folder is a link has been seen to.
    """
    for name, content in files.items():
        path = folder / name
        if path.exists() and not path.is_file():
            raise UsageError(f"{path}: is no plain file; take it away")
        if path.is_file() and not force and read_plain(path, most=MOST_TENSOR_BYTES) != content:
            raise UsageError(f"{path}: exists already, with other content; --force replaces it")


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write every file whole; raises UsageError where the file system refuses."""
    try:
        for name, content in files.items():
            write_bytes(folder / name, content)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror}); free it, and export again") from error
