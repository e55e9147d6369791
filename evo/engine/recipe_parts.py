"""What of a recipe is left beside what its caller says: whatever the caller says has the last word.

A recipe chose the options of a part (space, fitness, strategy, data) for that part. Where the caller names another
plug-in for it, they go with it, all of them: also those that the other has by the same name, as a value that suits one
says nothing of another. That goes for options in the table ``set``, in the part's own text, and for keys that stand for
options: ``population``, ``panel``, ``constraint_size`` of the space, ``channels`` of images.

Two things stay. How a supernet is trained (``epochs``, ``batch``, rates, ...) is not the variant's: it stays where one
variant of differentiable search replaces another. And of a part that the recipe does not name it says what the caller's
is to have. Where evolution replaces a differentiable search, or the other way round, keys go that only the one has.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from evo.engine.choices import name_of, parse_named, split_text
from evo.engine.configuring import PANEL_FITNESS
from evo.engine.plugins import (
    DEFAULT_OF_SEVERAL,
    DEFAULT_STRATEGY,
    SCORING,
    SHORTHANDS,
    SUPERNET_OBJECTIVES,
    table_of,
)
from evo.engine.recipe_file import Recipe
from evo.records.config import AXES, WITH_OPTIONS
from evo.records.requests import PluginLike
from evo.records.search_objectives import parse_objectives
from tasks.foundation.plugin_texts import MEMBERS

_KEYS_OF = {"space": ("constraint_size",), "data": ("channels",)}
"""Keys of a recipe that belong to a part and are no options of it, by axis."""
_OF_EVOLUTION = ("evaluations", "trial_timeout", "ahead", "tell_order", "target", "objectives")
_OF_GRADIENTS = ("seeds",)


@dataclass(frozen=True)
class Beside:
    """What a caller says beside a recipe.

    parts: the plug-ins that are named, by axis
    options: those that are given in whatever way, as ``fitness.steps``
    objectives: several, or the one, None where nothing is said of them
    """

    parts: Mapping[str, PluginLike]
    options: Set[str]
    objectives: str | Sequence[str] | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any], options: Set[str]) -> "Beside":
        """Return it for what is given by the names of a command's options; options: those given by ``--set``."""
        parts = {axis: given[axis] for axis in WITH_OPTIONS if given.get(axis) is not None}
        texts = {axis: text for axis, text in parts.items() if isinstance(text, str)}
        written = {f"{axis}.{option}" for axis, text in texts.items() for option in split_text(text, f"--{axis}")[1]}
        flags = {_option(key) for key in SHORTHANDS if given.get(key) is not None}
        return cls(parts, {*options, *written, *flags}, given.get("objectives"))


@dataclass(frozen=True)
class _Replaced:
    """A part of a recipe that another plug-in replaces.

    keys: of the recipe that go with it beside its options
    kept: options that stay; own: all that it has, None for any but those
    """

    axis: str
    former: str
    present: str
    keys: Sequence[str] = ()
    kept: Set[str] = frozenset()
    own: Set[str] | None = None

    def owns(self, option: str) -> bool:
        """Return whether an option, as ``fitness.steps``, belongs to the part."""
        axis, _, name = option.partition(".")
        return axis == self.axis and name not in self.kept and (self.own is None or name in self.own)

    def said(self, left_out: Sequence[str]) -> str:
        """Return in words what goes with the part."""
        belong = "belongs" if len(left_out) == 1 else "belong"
        return f"{', '.join(left_out)} {belong} to {self.former}, which {self.present} replaces"


def left_beside(recipe: Recipe, beside: Beside) -> tuple[Recipe, str | None]:
    """Return what a recipe still says, and a line about what went with the parts that are replaced, None for nothing.

    Raises UsageError where a name or a text of the caller's is wrong.
    """
    replaced = list(_replaced(recipe, beside))
    left = _without_given(recipe, beside)
    said = []
    for each in replaced:
        gone = [key for key in left.keys if key in each.keys or each.owns(_option(key))]
        unset = [text for text in left.assigned if each.owns(target_of(text))]
        if gone or unset:
            said.append(each.said([*gone, *map(target_of, unset)]))
        keys = {key: value for key, value in left.keys.items() if key not in gone}
        left = replace(left, keys=keys, assigned=tuple(text for text in left.assigned if text not in unset))
    return left, f"note: recipe {recipe.name}: {'; '.join(said)}; left out" if said else None


def target_of(assignment: str) -> str:
    """Return the option that ``--set`` assigns to, as ``fitness.steps``."""
    return assignment.partition("=")[0].strip()


def _without_given(recipe: Recipe, beside: Beside) -> Recipe:
    """Return the recipe without the options that the caller gives; of its parts, those that the caller names stay."""
    keys = {
        key: _without(key, value, beside.options)
        for key, value in recipe.keys.items()
        if _option(key) not in beside.options
    }
    assigned = tuple(text for text in recipe.assigned if target_of(text) not in beside.options)
    return replace(recipe, keys=keys, assigned=assigned)


def _replaced(recipe: Recipe, beside: Beside) -> Iterator[_Replaced]:
    for axis in WITH_OPTIONS:
        former, present = _former(recipe, axis), _present(axis, recipe, beside)
        if former is None or present is None or former == present:
            continue
        found = _Replaced(axis, former, present, keys=_KEYS_OF.get(axis, ()))
        yield _strategy(found, recipe) if axis == "strategy" else found


def _strategy(found: _Replaced, recipe: Recipe) -> _Replaced:
    """Return a replaced strategy with what depends on the kinds of both; of an unnamed one only keys are known."""
    from evo.strategies import STRATEGIES
    from evo.strategies.kinds import SearchKind

    if "strategy" not in recipe.keys:
        found = replace(found, own={option for axis, option in SHORTHANDS.values() if axis == "strategy"})
    kinds = [_kind(name) for name in (found.former, found.present)]
    if None in kinds:
        return found
    if kinds[0] is not kinds[1]:
        return replace(found, keys=_OF_GRADIENTS if kinds[0] is SearchKind.DIFFERENTIABLE else _OF_EVOLUTION)
    trains = kinds[0] is SearchKind.DIFFERENTIABLE
    return replace(found, kept=STRATEGIES.training_options()) if trains else found


def _kind(name: str) -> object:
    """Return the kind of a strategy; None for one that is of no table, of which nothing is imported."""
    from evo.strategies import STRATEGIES

    return STRATEGIES.kind_of(name) if name in STRATEGIES.names() else None


def _former(recipe: Recipe, axis: str) -> str | None:
    """Return the name of the plug-in that a recipe means by an axis, None where it leaves that open."""
    if axis in recipe.keys:
        return parse_named(str(recipe.keys[axis]), f"--{axis}").name
    if axis == "strategy":
        return DEFAULT_STRATEGY
    return PANEL_FITNESS if axis == "fitness" and "panel" in recipe.keys else None


def _present(axis: str, recipe: Recipe, beside: Beside) -> str | None:
    """Return the name of the plug-in that a caller means by an axis, None for the recipe's."""
    given = beside.parts.get(axis)
    if given is None:
        several = axis == "strategy" and beside.objectives is not None and parse_objectives(beside.objectives)
        return DEFAULT_OF_SEVERAL if several and axis not in recipe.keys else None
    if isinstance(given, str):
        return parse_named(given, f"--{axis}").name
    return _built_in(axis, given) or f"{(given if isinstance(given, type) else type(given)).__name__} of the caller's"


def _built_in(axis: str, given: PluginLike) -> str | None:
    """Return the name under which a class is built in, None for any other and for an object."""
    if not isinstance(given, type) or axis not in AXES:
        return None
    tables = (SCORING, SUPERNET_OBJECTIVES) if axis == "fitness" else (table_of(axis),)
    names = (name_of(table, given) for table in tables)
    return next((name for name in names if name is not None and ":" not in name), None)


def _without(axis: str, text: object, options: Set[str]) -> object:
    """Return a plug-in's text in a recipe without such options as the caller gives; any other value as it is."""
    if axis not in WITH_OPTIONS:
        return text
    named = parse_named(str(text), f"--{axis}")
    left = {key: value for key, value in named.options.items() if f"{axis}.{key}" not in options}
    members = () if f"{axis}.{MEMBERS}" in options else named.members
    changed = replace(named, options=left, members=members)
    return text if changed == named else changed.quoted()


def _option(key: str) -> str:
    """Return the option that a key of a recipe stands for, nothing for none."""
    return ".".join(SHORTHANDS.get(key, ()))
