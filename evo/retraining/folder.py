"""The folder of one configuration's trainings, ``RUN/train/NAME``, and of each training in it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from evo.records.config import as_json
from evo.records.failures import FailedRunError
from evo.records.told_apart import told_apart
from evo.retraining.config import ResolvedTraining
from evo.retraining.running_statistics import MEASURED
from evo.retraining.stored_files import (
    DIGEST,
    EPOCHS,
    RESULT,
    STATISTICS,
    WEIGHTS,
    began_before,
    read_request,
    read_result,
    training_name,
)
from evo.storage.checkpoint import read_file
from evo.storage.durable_files import write_json
from evo.storage.kept_work import kept_in
from evo.storage.link_check import check_no_links
from evo.storage.locked_folder import LockedFolder, is_running
from evo.storage.parquet_part import read_part
from evo.storage.provenance import provenance
from evo.storage.run_folder import CONFIG
from tasks import Split, UsageError
from tasks.foundation.errors import first_line
from tasks.foundation.whole_files import replacing, write_bytes

_CHECKPOINT = "checkpoint.safetensors"


def schema_of(judged: Split) -> pa.Schema:
    """Return the columns of epochs that are judged on a split.

    ``training_loss``: with the auxiliary classifier's part and smoothing, as it is followed; ``test_accuracy``: 0 to 1;
    ``images_per_s``: training images per second of training; ``epoch_s``: with the test
    """
    numbers = ("learning_rate", "drop_path", "training_loss", f"{judged}_loss", f"{judged}_accuracy")
    return pa.schema(
        [
            pa.field("epoch", pa.int64(), nullable=False),
            *((name, pa.float64()) for name in (*numbers, "images_per_s", "epoch_s")),
            ("peak_memory_bytes", pa.int64()),
            ("device", pa.string()),
        ],
        metadata={"selfnas.schema": "1"},
    )


SCHEMA = schema_of(Split.TEST)
"""Of a training that is for use."""

NOT_REPRODUCED = ("images_per_s", "epoch_s", "peak_memory_bytes", "device")
"""Columns that differ between two trainings of one configuration and seed."""


@dataclass(frozen=True)
class TrainingPlace:
    """Where one training is kept.

    init: its first weights; digest: of the supernet that they are of, None for none; judged: the split it is judged on
    measured: training images on which inherited norms are measured anew, 0 where they stay as they are
    """

    folder: Path
    init: str
    seed: int
    digest: str | None = None
    judged: Split = Split.TEST
    measured: int = 0

    @property
    def path(self) -> Path:
        """Its folder."""
        return self.folder / training_name(self.init, self.seed)

    @property
    def checkpoint_path(self) -> Path:
        """The file of what it is in the middle of."""
        return self.path / _CHECKPOINT

    def checkpoint(self) -> bytes | None:
        """Return what it is in the middle of, None before the first epoch; raises UsageError where it is damaged."""
        return read_file(self.checkpoint_path)

    def keep(self, content: bytes, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write the checkpoint, and then the rows of all epochs, each file whole."""
        write_bytes(self.checkpoint_path, content)
        self.write_rows(rows)

    def write_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write the rows of all epochs."""
        with replacing(self.path / EPOCHS) as aside:
            pq.write_table(pa.Table.from_pylist(list(rows), schema=schema_of(self.judged)), aside, compression="zstd")

    def finish(self, weights: bytes, result: Mapping[str, Any]) -> None:
        """Write the trained weights and, last, what they are worth."""
        write_bytes(self.path / WEIGHTS, weights)
        write_json(self.path / RESULT, result)

    def result(self) -> dict[str, Any] | None:
        """Return what ``finish`` wrote, None before; raises UsageError where it is damaged."""
        path = self.path / RESULT
        return read_result(path, self.judged) if path.is_file() else None


class TrainingFolder(LockedFolder):
    """Exclusive ownership of a configuration's folder for as long as the process lives."""

    def __init__(self, resolved: ResolvedTraining, digest: str | None = None) -> None:
        """Name the folder; nothing is touched yet; digest: of the supernet that is inherited from, None for none."""
        super().__init__(resolved.path, option="")
        self._run = resolved.run.path
        self._asked = {"architecture": as_json(resolved.architecture), "setting": resolved.config.to_json()}
        self._digest = digest

    @property
    def measured(self) -> int:
        """On how many training images norms that are inherited are measured anew; raises UsageError where damaged."""
        return 0 if began_before(self.path) else MEASURED

    def stored_threads(self) -> int | None:
        """Return how many threads its trainings take, None where it is new.

        Raises UsageError where it is in use or damaged, holds other files or trainings, or other threads than are
        asked for.
        """
        path = self.path / CONFIG
        if not path.is_file():
            if self.path.is_dir() and any(not entry.name.startswith(".") for entry in self.path.iterdir()):
                raise UsageError(f"{self.path}: is not empty and holds no {CONFIG}; name another by --name")
            return None
        if is_running(self.path):
            raise UsageError(f"{self.path}: another process is training in it; wait, or stop that one first")
        stored = read_request(path)
        self._refuse_other(stored)
        self._refuse_other_supernet(stored)
        threads: int = stored["setting"]["settings"]["threads"]
        return threads

    @contextmanager
    def saved(self) -> Iterator[None]:
        """Let a fault of the file system, e.g. a full disk, end in a FailedRunError that says what is left there."""
        try:
            yield
        except OSError as error:
            kept = kept_in(self.path, CONFIG, self._epochs, unit="epoch", again="the same command goes on")
            raise FailedRunError(f"{first_line(error)}; {kept}") from error

    def _epochs(self) -> int:
        return sum(read_part(path, ["epoch"]).num_rows for path in self.path.glob(f"*/{EPOCHS}"))

    def claim(self, threads: int) -> None:
        """Lock the folder and write what is asked for; raises UsageError where another process holds it."""
        check_no_links(self._run, str(self._run))
        self.lock()
        path = self.path / CONFIG
        if not path.is_file():
            self._asked["setting"]["settings"]["threads"] = threads
            write_json(path, {**self._asked, **self._inherited(), **provenance()})
        elif self._digest and DIGEST not in (stored := read_request(path)):
            write_json(path, {**stored, **self._inherited()})

    def _inherited(self) -> dict[str, object]:
        """Return what is kept of inherited weights."""
        if self._digest is None:
            return {}
        return {DIGEST: self._digest} | ({STATISTICS: self.measured} if self.measured else {})

    def _refuse_other(self, stored: Mapping[str, Any]) -> None:
        """Raise UsageError where a value differs from the one asked for; threads may be left open."""
        theirs, ours = _flat(stored), _flat(self._asked)
        for name in {**ours, **theirs}:
            there, here = theirs.get(name), ours.get(name)
            open_still = name == "threads" and here == 0
            if name not in FREE and not open_still and there != here:
                then, now = told_apart(there, here)
                raise UsageError(
                    f"{self.path}: holds another training ({name} {then} there, {now} here); name "
                    "another folder by --name"
                )

    def _refuse_other_supernet(self, stored: Mapping[str, Any]) -> None:
        theirs, ours = stored.get(DIGEST), self._digest
        if theirs and ours and theirs != ours:
            raise UsageError(
                f"{self.path}: holds trainings with weights of another state of the supernet ({DIGEST} {theirs} there, "
                f"{ours} now); it was trained on or replaced since: name another folder by --name"
            )


FREE = ("data_root",)
"""What trainings of one folder may differ in."""


def _flat(asked: Mapping[str, Any]) -> dict[str, Any]:
    setting = {name: value for name, value in asked["setting"].items() if name != "settings"}
    return {**asked["architecture"], **setting, **asked["setting"]["settings"]}
