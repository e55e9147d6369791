"""Recipes: what ``python -m evo.run`` could be told by options, kept in a TOML file.

A recipe's keys are the long options without their dashes, ``max_minutes`` for ``--max-minutes``; its table ``set``
holds what ``--set`` would, e.g. ``fitness.steps = 25``. Paths in it mean what they would on the command line.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from evo.constraints.size_options import size_options
from evo.engine.trust import check_text
from evo.records.config import WITH_OPTIONS
from tasks.foundation.command_line import parse_assignments
from tasks.foundation.errors import UsageError, unknown_name
from tasks.foundation.plain_files import read_plain_text
from tasks.foundation.trust import check_options, trusting

SHIPPED = Path(__file__).parents[1] / "recipes"
_ASSIGNED = "set"

_TEXTS = ("space", "fitness", "strategy", "data", "data_root", "panel", "tell_order", "objectives", "constraint_size")
_WHOLE = (
    *("image_size", "channels", "panel_size", "panel_held_out"),
    *("population", "tournament", "seed", "seeds", "evaluations"),
)
_NUMBERS = ("max_minutes", "trial_timeout", "target")
TYPES: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(_TEXTS, (str,)),
    **dict.fromkeys(_WHOLE, (int,)),
    **dict.fromkeys(_NUMBERS, (float, int)),
    "ahead": (str, int),
    "constraint": (str, list),
    "no_reuse": (bool,),
}
"""What a recipe may say beside its table ``set``, and of which types."""


@dataclass(frozen=True)
class Recipe:
    """What a recipe says.

    name: what it is called by
    keys: values by the name of the option; assigned: what ``--set`` would be told, as ``fitness.steps=25``
    """

    name: str
    path: Path
    keys: Mapping[str, object]
    assigned: tuple[str, ...]

    def check_trusted(self, *, trust: bool) -> None:
        """Raise UsageError for a plug-in or a module that it names, and that is neither built in nor installed."""
        with trusting(trust):
            for axis in WITH_OPTIONS:
                if axis in self.keys:
                    check_text(self.path, axis, str(self.keys[axis]))
            sizes = self.keys.get("constraint_size")
            check_options(self.path, "space", {} if sizes is None else size_options(str(sizes)))
            for axis, options in parse_assignments(self.assigned, WITH_OPTIONS).items():
                check_options(self.path, axis, options)


def read_recipe(name: str) -> Recipe:
    """Return the recipe of a name, or of a file; raises UsageError for one that is unknown or wrong."""
    path = _find(name)
    values = _read(path)
    assigned = tuple(_assignments(path, values.pop(_ASSIGNED, {})))
    for key, value in values.items():
        _check(path, key, value)
    return Recipe(name, path, values, assigned)


def shipped_recipes() -> list[str]:
    """Return the names of the recipes that come with the engine."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def _find(name: str) -> Path:
    shipped = SHIPPED / f"{name}.toml"
    if name in shipped_recipes():
        return shipped
    if name.endswith(".toml") or "/" in name:
        return Path(name)
    raise unknown_name("recipe", name, [*shipped_recipes(), "a .toml file"])


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(read_plain_text(path))
    except OSError as error:
        raise UsageError(f"--recipe {path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:  # TOML's own error, and text that is not UTF-8
        raise UsageError(f"--recipe {path}: is no TOML ({error})") from error


def _check(path: Path, key: str, value: object) -> None:
    if key not in TYPES:
        raise unknown_name(f"key in recipe {path}:", key, [*TYPES, _ASSIGNED])
    if type(value) not in TYPES[key]:  # a bool is no number here
        names = " or ".join(sorted(one.__name__ for one in TYPES[key]))
        raise UsageError(f"--recipe {path}: {key} = {value!r}: {names} is needed")


def _assignments(path: Path, given: object) -> Iterator[str]:
    """Yield ``fitness.steps=25`` for ``{"fitness": {"steps": 25}}``."""
    for axis, options in _table(path, _ASSIGNED, given).items():
        for option, value in _table(path, f"{_ASSIGNED}.{axis}", options).items():
            if isinstance(value, dict | list):
                raise UsageError(f"--recipe {path}: {_ASSIGNED}.{axis}.{option} = {value!r}: one value is needed")
            yield f"{axis}.{option}={value}"


def _table(path: Path, name: str, given: object) -> dict[str, object]:
    if not isinstance(given, dict):
        raise UsageError(f"--recipe {path}: {name} = {given!r}: a table is needed, e.g. [set] fitness.steps = 25")
    return given
