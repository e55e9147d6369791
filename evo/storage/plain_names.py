"""Names of files and folders that are made of what somebody asked for."""

import re

_LONGEST_NAME = 60


def plain(text: str) -> str:
    """Return a text as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_.]+", "-", text).strip("-.")[:_LONGEST_NAME]
