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
from evo.storage.checkpoint import read_file
from evo.storage.durable_files import read_json, write_json
from evo.storage.kept_work import kept_in
from evo.storage.link_check import check_no_links
from evo.storage.locked_folder import LockedFolder, is_running
from evo.storage.parquet_part import read_part
from evo.storage.provenance import provenance
from evo.storage.run_folder import CONFIG
from tasks import Split, UsageError
from tasks.foundation.errors import first_line
from tasks.foundation.whole_files import replacing, write_bytes

FOLDER, PICK = "train", "pick"
_CHECKPOINT, EPOCHS, RESULT, WEIGHTS = (
    "checkpoint.safetensors",
    "epochs.parquet",
    "result.json",
    "weights.safetensors",
)


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
    """

    folder: Path
    init: str
    seed: int
    digest: str | None = None
    judged: Split = Split.TEST

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
        super().__init__(_path_of(resolved), option="")
        self._run = resolved.run.path
        self._asked = {"architecture": as_json(resolved.architecture), "setting": resolved.config.to_json()}
        self._inherited = {} if digest is None else {DIGEST: digest}

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
            write_json(path, {**self._asked, **self._inherited, **provenance()})
        elif self._inherited and DIGEST not in (stored := read_request(path)):
            write_json(path, {**stored, **self._inherited})

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
        theirs, ours = stored.get(DIGEST), self._inherited.get(DIGEST)
        if theirs and ours and theirs != ours:
            raise UsageError(
                f"{self.path}: holds trainings with weights of another state of the supernet ({DIGEST} {theirs} there, "
                f"{ours} now); it was trained on or replaced since: name another folder by --name"
            )


DIGEST = "supernet_digest"
"""Key of what says which supernet the inherited weights of a folder are of."""

FREE = ("data_root",)
"""What trainings of one folder may differ in."""


def trainings_in(run: Path) -> dict[str, dict[str, Any]]:
    """Return what was asked for in every folder of trainings of a run, by their names; raises UsageError."""
    return {path.parent.name: read_request(path) for path in sorted((run / FOLDER).glob(f"*/{CONFIG}"))}


def results_in(folder: Path) -> list[dict[str, Any]]:
    """Return the results of the finished trainings of a folder; raises UsageError where one is damaged."""
    return [read_result(path) for path in sorted(folder.glob(f"*/{RESULT}"))]


def _path_of(resolved: ResolvedTraining) -> Path:
    """Return the folder of a configuration; one that is judged on validation has a folder for each cell."""
    if resolved.config.validation:
        return resolved.run.path / PICK / resolved.name / f"seed-{resolved.architecture.supernet}"
    return resolved.run.path / FOLDER / resolved.name


def _flat(asked: Mapping[str, Any]) -> dict[str, Any]:
    setting = {name: value for name, value in asked["setting"].items() if name != "settings"}
    return {**asked["architecture"], **setting, **asked["setting"]["settings"]}


NEEDED_OF_REQUEST = ("architecture.candidate", "setting.label_fraction", "setting.settings.threads")
NEEDED_OF_RESULT = (
    *("init", "seed", "epochs", "params"),
    *("inherited.share", "inherited.lost", "setting.label_fraction"),
)
"""Values that are read of each, dots between the names that lead there: all but the names of things are numbers."""

_TEXTS = ("init", "architecture.candidate")


def read_request(path: Path) -> dict[str, Any]:
    """Return what the trainings of a folder were asked for; raises UsageError where the file is damaged."""
    return _read(path, NEEDED_OF_REQUEST, f"put a good copy back, or take {path.parent} away")


def read_result(path: Path, judged: Split = Split.TEST) -> dict[str, Any]:
    """Return what a training came to; raises UsageError where the file is damaged, or of another training."""
    cure = "take it away, and the same command writes it anew"
    values = _read(path, (*NEEDED_OF_RESULT, f"{judged}_accuracy"), cure)
    if path.parent.name != training_name(values["init"], values["seed"]):
        raise UsageError(f"{path}: is of another training ({values['init']}, seed {values['seed']}); {cure}")
    return values


def training_name(init: str, seed: int) -> str:
    """Return the name of a training's folder."""
    return f"{init}-seed-{seed}"


def _read(path: Path, needed: tuple[str, ...], cure: str) -> dict[str, Any]:
    values = read_json(path, cure)
    for name in needed:
        kind = str if name in _TEXTS else (int, float)
        if not isinstance(_at(values, name), kind):
            raise UsageError(f"{path}: is damaged ({name!r} is missing or no {_WORDS[kind is str]}); {cure}")
    return values


_WORDS = {True: "text", False: "number"}


def _at(values: object, name: str) -> object:
    """Return the value that the names lead to, None where there is none."""
    for key in name.split("."):
        values = values.get(key) if isinstance(values, Mapping) else None
    return values
