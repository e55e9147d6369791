"""The relative gain of one search over another: what its weights are worth to the architecture (SSWP-NAS)."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evo.retraining.report import Difference, describe_gain, difference, of_equal_seeds, relative_gain
from evo.retraining.request import ComparisonRequest
from evo.retraining.stored_files import FOLDER, results_in, trainings_in
from tasks.foundation.errors import UsageError

logger = logging.getLogger(__name__)


def run_comparison(request: ComparisonRequest) -> float:
    """Return the relative gain of one run over another, a difference of test accuracies; raises UsageError."""
    run, against = request.run, request.against
    if run.resolve() == against.resolve():
        raise UsageError(f"--against {against}: is the same run; name the one without what the other has")
    name, config = _chosen(run, request.name)
    other = _equal(against, name, config)
    both = _difference(run, name), _difference(against, other)
    try:
        lines, gain = list(describe_gain(*both)), relative_gain(*of_equal_seeds(*both))
    except ValueError as error:
        raise UsageError(f"--against {against}: {error}; train equal ones by --seed and --seeds") from error
    logger.info("%s", "\n".join(lines))
    return gain


def _chosen(run: Path, name: str | None) -> tuple[str, Mapping[str, Any]]:
    """Return the folder of trainings asked for, or the only one, and its setting."""
    there = trainings_in(run)
    if name is None and len(there) == 1:
        name = next(iter(there))
    if name not in there:
        known = ", ".join(there) or "none; train it with --init both first"
        asked = "which training is meant" if name is None else f"--name {name}: no training of that name"
        raise UsageError(f"{run}: {asked}; give --name (there: {known})")
    return name, _comparable(there[name])


def _equal(run: Path, name: str, setting: Mapping[str, Any]) -> str:
    """Return the folder of this name whose trainings have this setting, or the only one that does."""
    equal = [own for own, asked in trainings_in(run).items() if _comparable(asked) == setting]
    if name in equal:
        return name
    if len(equal) > 1:
        raise UsageError(
            f"--against {run}: {', '.join(equal)} have that setting; train the one that is meant as --name {name}"
        )
    if not equal:
        raise UsageError(
            f"--against {run}: holds no training of that setting; train it with --init both and the options that the "
            "other run was trained with"
        )
    return equal[0]


def _difference(run: Path, name: str) -> Difference:
    found = difference(results_in(run / FOLDER / name))
    if found is None:
        raise UsageError(f"{run / FOLDER / name}: no seed has both first weights to its end; train it with --init both")
    return found


def _comparable(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what has to be equal: all of the setting but where archives lie, and threads."""
    setting = {name: value for name, value in asked["setting"].items() if name != "data_root"}
    return {**setting, "settings": {name: v for name, v in setting["settings"].items() if name != "threads"}}
