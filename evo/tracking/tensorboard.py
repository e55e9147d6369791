"""TensorBoard: scalars of every trial and epoch, in event files in the run's folder."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evo.tracking.base import Tracker
from evo.tracking.mark import FOLDER


class TensorBoard(Tracker):
    """Writes event files, for ``tensorboard --logdir``.

    folder: where they go, ``tracking/tensorboard`` in the run's folder by default; with it, a folder per run below it
    """

    name, library = "tensorboard", "tensorboard"

    def __init__(self, *, folder: str = "") -> None:
        """Raise UsageError where tensorboard is not installed."""
        super().__init__(folder)
        self.folder = folder
        self._writer: Any = None

    def open(self, folder: Path, known: str, about: Mapping[str, str]) -> str:
        """Begin another event file in the run's folder of them; each process of a run has its own."""
        from torch.utils.tensorboard import SummaryWriter

        path = Path(self.folder) / folder.name if self.folder else folder / FOLDER / self.name
        self._writer = SummaryWriter(str(path))
        if not known:
            self._writer.add_text("settings", _as_code(json.dumps(about, indent=2)))
        return str(path)

    def write(self, step: int, numbers: Mapping[str, float]) -> None:
        """Add a scalar for each number."""
        for name, value in numbers.items():
            self._writer.add_scalar(name, value, step)
        self._writer.flush()

    def close(self, state: str, texts: Mapping[str, str]) -> None:
        """Add the texts, and close the file."""
        for name, text in texts.items():
            self._writer.add_text(name, _as_code(text))
        self._writer.close()


def _as_code(text: str) -> str:
    """Return a text as a block of code, which TensorBoard shows as it is: four spaces before every line."""
    return "\n".join(f"    {line}" for line in text.splitlines())
