"""Recipes: what ``python -m evo.run`` could be told by options, kept in a TOML file.

A recipe's keys are the long options without their dashes, ``max_minutes`` for ``--max-minutes``; its table ``set``
holds what ``--set`` would, e.g. ``fitness.steps = 25``. Paths in it mean what they would on the command line. What is
given on the command line has the last word; under another strategy, a recipe's population and tournament say nothing.
"""

import argparse
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from evo.engine.plugins import DEFAULT_STRATEGY, SHORTHANDS
from tasks.foundation.errors import UsageError, unknown_name

SHIPPED = Path(__file__).parents[2] / "runs" / "recipes"
KEYS: Mapping[str, type | tuple[type, ...]] = {
    "space": str,
    "fitness": str,
    "strategy": str,
    "data": str,
    "data_root": str,
    "seed": int,
    "seeds": int,
    "ahead": (int, str),
    "population": int,
    "tournament": int,
    "no_reuse": bool,
    "evaluations": int,
    "max_minutes": (int, float),
    "trial_timeout": (int, float),
    "panel": str,
    "panel_size": int,
    "panel_held_out": int,
}
"""What a recipe may say, and of which type; all but ``set``."""
_ASSIGNED = "set"
_OF_ITS_STRATEGY = ("population", "tournament")  # left out where the command line names another


def apply_recipe(options: argparse.Namespace) -> argparse.Namespace:
    """Return the options with what the recipe they name adds to them; the same where they name none.

    Raises UsageError for a recipe that is unknown or wrong, and beside ``--resume``, where the run has it already.
    """
    if options.recipe is None:
        return options
    if options.resume:
        raise UsageError(f"--recipe {options.recipe}: {options.resume} keeps its own settings; give one of the two")
    path = _find(options.recipe)
    recipe = _read(path)
    assigned = list(_assignments(path, recipe.pop(_ASSIGNED, {})))
    for key, value in recipe.items():
        _check(path, key, value)
    recipe = {key: value for key, value in recipe.items() if not _is_assigned(key, options.assignments)}
    if options.strategy not in (None, recipe.get("strategy", DEFAULT_STRATEGY)):
        recipe = {key: value for key, value in recipe.items() if key not in _OF_ITS_STRATEGY}
    given = {key: value for key, value in vars(options).items() if value is not None and value is not False}
    settled = {key: str(value) if key == "ahead" else value for key, value in recipe.items()}
    return argparse.Namespace(**{**vars(options), **settled, **given, "assignments": assigned + options.assignments})


def _is_assigned(key: str, assignments: Sequence[str]) -> bool:
    """Return whether ``--set`` on the command line gives what a recipe's key stands for."""
    option = ".".join(SHORTHANDS.get(key, ()))
    return bool(option) and any(text.partition("=")[0].strip() == option for text in assignments)


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
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"--recipe {path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:  # TOML's own error, and text that is not UTF-8
        raise UsageError(f"--recipe {path}: is no TOML ({error})") from error


def _check(path: Path, key: str, value: object) -> None:
    if key not in KEYS:
        raise unknown_name(f"key in recipe {path}:", key, [*KEYS, _ASSIGNED])
    allowed = KEYS[key]
    types = allowed if isinstance(allowed, tuple) else (allowed,)
    if type(value) not in types:  # a bool is no number here
        names = " or ".join(one.__name__ for one in types)
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
