"""What a folder still holds of work that came to its end before its time."""

from collections.abc import Callable
from pathlib import Path

from evo.display.readable_numbers import counted
from tasks.foundation.errors import UsageError, first_line

ANEW = "the same command begins anew"


def kept_in(folder: Path, marker: str, finished: Callable[[], int], *, unit: str, again: str) -> str:
    """Return how much of the work is in a folder and how to go on, as the end of a sentence.

    marker: file that says what work it is; finished: counts what is there, and may raise OSError and UsageError
    unit: of that; again: what takes it up again
    """
    if not folder.is_dir():
        return f"{folder} is gone, and what was finished with it: {ANEW}"
    if not (folder / marker).is_file():
        return f"{folder} holds nothing of it: {ANEW}"
    try:
        number = finished()
    except (OSError, UsageError) as error:
        return f"what was finished in {folder} cannot be read ({first_line(error)})"
    return f"{folder} holds {counted(number, f'finished {unit}') if number else f'no finished {unit} yet'}: {again}"
