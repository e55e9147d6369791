"""By how many pixels images were shifted in trainings that were begun before that was said."""

from pathlib import Path

from evo.retraining.stored_files import read_request
from evo.storage.run_folder import CONFIG

FORMER_SHIFT = 4
"""At any size of the images. A configuration that says nothing has it, so that such trainings keep their folders."""


def began_with_shift(folder: Path, shift: int | None) -> bool:
    """Return whether a folder holds trainings with this shift; raises UsageError where it is damaged."""
    path = folder / CONFIG
    return path.is_file() and read_request(path)["setting"]["settings"].get("shift", FORMER_SHIFT) == shift
