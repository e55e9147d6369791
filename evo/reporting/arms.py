"""Runs that differ in their seed alone, as one arm of a comparison."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evo.records.config import SearchConfig
from evo.reporting.run_files import RunFiles

_APART = ("seed", "data_identity", "reference_size")
"""What runs of one arm may differ in."""
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
    flat = [_flat(group[0].config) for group in groups.values()]
    varied = [name for name in dict.fromkeys(n for each in flat for n in each) if len({_at(e, name) for e in flat}) > 1]
    return [
        Arm(_label(each, varied, group), tuple(sorted(group, key=_seed)))
        for each, group in zip(flat, groups.values(), strict=True)
    ]


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
            found[name] = json.dumps(value)
    return found


def _at(flat: Mapping[str, str], name: str) -> str | None:
    return flat.get(name)


def _label(flat: Mapping[str, str], varied: Sequence[str], group: Sequence[RunFiles]) -> str:
    """Return what tells an arm from the others: the axes that differ, or options where no axis does."""
    if not flat:
        return f"{group[0].name} ({UNKNOWN})"
    axes = [flat[name] for name in varied if "." not in name and name in flat]
    options = [f"{name}={flat[name]}" for name in varied if "." in name and name in flat]
    shown = axes or options
    return ", ".join(shown)[:120] if shown else f"{flat['strategy']} by {flat['fitness']}"
