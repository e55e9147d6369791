"""What a study was asked, in ``asks.jsonl``: a line per trial, on disk before the trial is handed out."""

import json
import os
from pathlib import Path

from evo.storage.durable_files import write_text
from tasks.foundation.plain_files import read_plain_text

ASKS = "asks.jsonl"


class AskLog:
    """Appends to the asks of a folder, which has one writer.

    told: how many trials the strategy had been told of before each ask that the folder holds
    """

    def __init__(self, folder: Path) -> None:
        """Read what is there; a line that a kill cut short is forgotten, as its trial was never handed out."""
        path = folder / ASKS
        self.told = told_in(folder)
        write_text(path, "".join(map(_line, range(len(self.told)), self.told)))
        self._file = path.open("a", encoding="utf-8")

    @property
    def closed(self) -> bool:
        """Whether nothing can be appended any more."""
        return self._file.closed

    def append(self, trial_id: int, told: int) -> None:
        """Write down an ask, durably; told: trials that the strategy had been told of."""
        self._file.write(_line(trial_id, told))
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _line(trial_id: int, told: int) -> str:
    return json.dumps({"trial_id": trial_id, "told": told}) + "\n"


def told_in(folder: Path) -> list[int]:
    """Return how many trials had been told before each ask that a folder holds, also while it is written to."""
    path = folder / ASKS
    if not path.is_file():
        return []
    found = []
    for line in read_plain_text(path).splitlines():
        try:
            found.append(int(json.loads(line)["told"]))
        except (ValueError, KeyError, TypeError):
            break
    return found
