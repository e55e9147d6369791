"""A run in a caller's hands, as far as its files are concerned."""

from pathlib import Path
from typing import Protocol, runtime_checkable


@runtime_checkable
class InFolder(Protocol):
    """A run that has a folder."""

    @property
    def path(self) -> Path:
        """Its folder."""
        ...
