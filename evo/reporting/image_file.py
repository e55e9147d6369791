"""An image of a run's folder as a page holds it: checked, and in base64."""

from base64 import b64encode
from pathlib import Path

from tasks.foundation.plain_files import read_plain

MOST_BYTES = 500_000
_PNG = b"\x89PNG\r\n\x1a\n"


def png_in(path: Path) -> str:
    """Return a PNG file in base64; raises ValueError for anything else and what is too large for a page, OSError."""
    content = read_plain(path, most=MOST_BYTES)
    if not content.startswith(_PNG):
        raise ValueError("is no PNG")
    return b64encode(content).decode()
