"""The relative gain of one search over another: what its weights are worth to the architecture (SSWP-NAS)."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evo.retraining.folder import FOLDER, results_in, trainings_in
from evo.retraining.report import Difference, describe_gain, difference
from tasks.foundation.command_line import DONE, say
from tasks.foundation.errors import UsageError


def run_comparison(options: argparse.Namespace) -> int:
    """Print the relative gain of RUN over the run of ``--against``; returns the exit code, raises UsageError."""
    if options.run.resolve() == options.against.resolve():
        raise UsageError(f"--against {options.against}: is the same run; name the one without what the other has")
    name, setting = _chosen(options.run, options.name)
    other = _equal(options.against, name, setting)
    both = _difference(options.run, name), _difference(options.against, other)
    try:
        lines = list(describe_gain(*both))
    except ValueError as error:
        raise UsageError(f"--against {options.against}: {error}; train equal ones by --seed and --seeds") from error
    say("\n".join(lines))
    return DONE


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
