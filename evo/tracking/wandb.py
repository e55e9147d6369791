"""Weights & Biases: a run of a project, offline unless asked otherwise; ``wandb sync`` sends it later."""

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evo.tracking.base import Tracker

PROJECT = "selfnas"
_DIGITS = 12
_QUIET = {"silent": True, "quiet": True, "console": "off"}
_OFTEN = {"x_transaction_log_flush_interval": 0.5}  # seconds between flushes, by default 15; newer versions have it


class WeightsAndBiases(Tracker):
    """Writes to a folder on this machine, or to a server; after ``kill -9`` the last second may be missing there.

    project: to which runs belong
    mode: ``offline``, ``online``, or ``disabled``
    folder: where files go, a folder ``wandb`` in it; by default the current one
    """

    name, library = "wandb", "wandb"

    def __init__(self, *, project: str = PROJECT, mode: str = "offline", folder: str = "") -> None:
        """Raise UsageError where wandb is not installed."""
        super().__init__(folder, "" if project == PROJECT else project)
        self.project, self.mode, self.folder = project, mode, folder
        self._run: Any = None

    def open(self, folder: Path, known: str, about: Mapping[str, str]) -> str:
        """Begin a run, or another part of the known one, which ``wandb sync --append`` puts together."""
        import wandb

        self._run = wandb.init(
            project=self.project,
            name=folder.name,
            id=known or uuid.uuid4().hex[:_DIGITS],
            dir=self.folder or None,
            mode=self.mode,
            resume="allow" if known and self.mode == "online" else None,
            config=dict(about),
            settings=wandb.Settings(**_settings(wandb.Settings)),
        )
        self._run.define_metric("step")
        self._run.define_metric("*", step_metric="step")
        return str(self._run.id)

    def write(self, step: int, numbers: Mapping[str, float]) -> None:
        """Log all numbers of a step, which is one of them: supernets have steps of their own."""
        self._run.log({**numbers, "step": step})

    def close(self, state: str, texts: Mapping[str, str]) -> None:
        """Put the texts into the run's summary, and end it."""
        self._run.summary.update(dict(texts))
        self._run.finish(exit_code=int(state == "failed"))


def _settings(kind: Any) -> dict[str, object]:
    """Return the settings of a run, those alone that this version of wandb has."""
    return {name: value for name, value in {**_QUIET, **_OFTEN}.items() if name in kind.model_fields}
