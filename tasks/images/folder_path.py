"""A folder of images as its user writes it, and as it means the same from anywhere."""

from pathlib import Path

from tasks.foundation.errors import UsageError


def full_path(folder: str | Path) -> Path:
    """Return the full path of a folder, ``~`` at its beginning being the home folder.

    Raises UsageError where there is no such home, and for a name that is not UTF-8, e.g. one in Latin-1: neither a
    panel nor a page of results could say where its images came from.
    """
    try:
        path = Path(folder).expanduser().absolute()
    except RuntimeError as error:
        raise UsageError(f"imagefolder: {str(folder)!r}: whose home that is, is not known ({error})") from error
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            f"imagefolder: {str(path)!r}: is not UTF-8, and results could not name it; rename the folder, or give a "
            "link to it with another name; what is in it may be called anything"
        ) from error
    return path
