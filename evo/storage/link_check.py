"""No links below a folder that is written to: they would lead writers to files of somebody else."""

import os
from pathlib import Path

from tasks.foundation.errors import UsageError


def check_no_links(folder: Path, named: str) -> None:
    """Raise UsageError where anything in ``folder`` is a symbolic link; the folder itself may be one.

    named: how an error calls it
    """
    for path, folders, files in os.walk(folder):
        for name in sorted((*folders, *files)):
            found = Path(path) / name
            if found.is_symlink():
                raise UsageError(
                    f"{named}: {found.relative_to(folder)} is a link to {os.readlink(found)}, and a run writes into no "
                    "links; put the file or folder itself there, or name another folder"
                )
