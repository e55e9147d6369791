"""Runs that differ in their seed alone, as one arm of a comparison."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evo.records.config import WITH_OPTIONS, SearchConfig
from evo.reporting.run_files import RunFiles

_APART = ("seed", "data_identity", "reference_size")
"""What runs of one arm may differ in."""
LONGEST = 120
UNKNOWN = "configuration unknown"


@dataclass(frozen=True)
class Arm:
    """Runs of one configuration, in the order of their seeds; label: what it has that other arms have not."""

    label: str
    runs: tuple[RunFiles, ...]

    @property
    def config(self) -> SearchConfig | None:
        """The configuration of the first, None where it is unknown."""
        return self.runs[0].config

    def by_seed(self) -> dict[int, RunFiles]:
        """Return its runs by their seeds; of equal ones the first."""
        found: dict[int, RunFiles] = {}
        for run in self.runs:
            if run.config is not None:
                found.setdefault(run.config.seed, run)
        return found


def arms_of(runs: Sequence[RunFiles]) -> list[Arm]:
    """Return the arms of runs, in the order of their first one."""
    groups: dict[str, list[RunFiles]] = {}
    for run in runs:
        groups.setdefault(_identity(run), []).append(run)
    labels = _labels([group[0] for group in groups.values()])
    pairs = zip(labels, groups.values(), strict=True)
    return [Arm(label, tuple(sorted(group, key=_seed))) for label, group in pairs]


def scored_alike(arms: Sequence[Arm]) -> list[list[Arm]]:
    """Return arms together whose scores have a common scale: those of one space, fitness and source of images."""
    groups: list[list[Arm]] = []
    for arm in arms:
        alike = (group for group in groups if arm.config is not None and scale_of(arm) == scale_of(group[0]))
        group = next(alike, None)
        if group is None:
            groups.append([arm])
        else:
            group.append(arm)
    return groups


def scale_of(arm: Arm) -> tuple[object, ...] | None:
    """Return what the scale of an arm's scores depends on, None where nobody knows."""
    return None if arm.config is None else (arm.config.space, arm.config.fitness, arm.config.data)


def _seed(run: RunFiles) -> int:
    return run.config.seed if run.config is not None else 0


def _identity(run: RunFiles) -> str:
    if run.config is None:
        return f"unknown {run.path}"
    return json.dumps({name: value for name, value in run.config.to_json().items() if name not in _APART})


def _flat(config: SearchConfig | None) -> dict[str, str]:
    """Return what a configuration says, by names with dots between, all as texts."""
    if config is None:
        return {}
    values: dict[str, Any] = {name: value for name, value in config.to_json().items() if name not in _APART}
    found: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, Mapping) and "name" in value:
            found[name] = str(value["name"])
            found |= {f"{name}.{option}": json.dumps(given) for option, given in value.get("options", {}).items()}
        else:
            found[name] = value if isinstance(value, str) else json.dumps(value)
    return found


def _labels(firsts: Sequence[RunFiles]) -> list[str]:
    """Return what tells arms apart: the axes that differ, and options among those that no axis tells apart."""
    flat = [_flat(run.config) for run in firsts]
    differing = _varied(flat)
    axes = [_named(each, [name for name in differing if name in WITH_OPTIONS]) for each in flat]
    labels = []
    for run, each, own in zip(firsts, flat, axes, strict=True):
        alike = [other for other, named in zip(flat, axes, strict=True) if named == own]
        options = [f"{name}={each[name]}" for name in _varied(alike) if name in each]
        shown = ", ".join([*([own] if own else []), *options])
        alone = f"{each['strategy']} by {each['fitness']}" if each else ""
        labels.append((shown[:LONGEST] or alone) if each else f"{run.name} ({UNKNOWN})")
    return labels


def _varied(flat: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the names that do not have the same value everywhere."""
    names = dict.fromkeys(name for each in flat for name in each)
    return [name for name in names if len({each.get(name) for each in flat}) > 1]


def _named(flat: Mapping[str, str], names: Sequence[str]) -> str:
    return ", ".join(flat[name] for name in names if name in flat)
