"""What trainings were asked for and what they came to, read of their files and checked; and what files are called."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evo.retraining.request import INHERITED
from evo.storage.durable_files import read_json
from evo.storage.run_folder import CONFIG
from tasks import Split, UsageError

FOLDER, PICK = "train", "pick"
EPOCHS, RESULT, WEIGHTS = "epochs.parquet", "result.json", "weights.safetensors"

DIGEST = "supernet_digest"
"""Key of what says which supernet the inherited weights of a folder are of."""

STATISTICS = "statistics_images"
"""Key of how many training images the norms of its inherited networks are measured anew on; not there where they are as
the supernet left them, in trainings that began before."""


def trainings_in(run: Path) -> dict[str, dict[str, Any]]:
    """Return what was asked for in every folder of trainings of a run, by their names; raises UsageError."""
    return {path.parent.name: read_request(path) for path in sorted((run / FOLDER).glob(f"*/{CONFIG}"))}


def began_before(folder: Path) -> bool:
    """Return whether a folder holds trainings with inherited weights whose norms are as the supernet left them.

    They began before norms were measured anew, and networks kept those of the supernet; raises UsageError.
    """
    path = folder / CONFIG
    if not path.is_file() or STATISTICS in (stored := read_request(path)):
        return False
    return DIGEST in stored or any(folder.glob(training_name(INHERITED, "*")))


def results_in(folder: Path) -> list[dict[str, Any]]:
    """Return the results of the finished trainings of a folder; raises UsageError where one is damaged."""
    return [read_result(path) for path in sorted(folder.glob(f"*/{RESULT}"))]


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


def training_name(init: str, seed: int | str) -> str:
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
