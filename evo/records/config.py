"""What a search is: names, options, seeds; what determines its rows, and what may change when it is resumed."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from evo.records.former_options import former_options
from evo.records.tell_order import TellOrder
from tasks.foundation.default_images import DEFAULT_DATA
from tasks.foundation.errors import UsageError
from tasks.foundation.ranges import check_range

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


AXES = ("space", "fitness", "strategy")
"""What a search is made of; each is a plug-in by name."""
WITH_OPTIONS = (*AXES, "data")
"""What takes options; images keep theirs in the text that names them."""
TOLD = "told"
"""What a study's configuration names as its fitness: the caller, who tells it."""
LEAST_AHEAD, MOST_AHEAD = 4, 1_000_000
"""Automatic look-ahead of up to half as many workers: their rows are equal; more workers have twice their number."""
MOST_DIGITS = 18
MOST_EVALUATIONS = 1_000_000_000
LEAST_TIMEOUT_S = 0.001
AUTO_AHEAD = 0  # to be settled once the number of workers is known


def as_json(record: "DataclassInstance") -> dict[str, Any]:
    """Return a record as JSON values; raises UsageError for one that JSON could not give back."""
    values: dict[str, Any] = json.loads(json.dumps(asdict(record), default=_written))
    return values


def _written(value: object) -> object:
    """Return what an option of another type, such as a path, is read back from."""
    from pydantic_core import PydanticSerializationError, to_jsonable_python

    if isinstance(value, set | frozenset):  # whose own order differs from process to process
        return sorted(value, key=repr)
    try:
        return to_jsonable_python(value)
    except PydanticSerializationError as error:
        raise UsageError(
            f"{value!r} cannot be written into a configuration; hand over an object that is made with it"
        ) from error


@dataclass(frozen=True)
class Choice:
    """A plug-in by name, with every option it takes."""

    name: str
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class SearchConfig:
    """Everything that determines the rows of a search; a run folder belongs to one of these.

    data: spec of the images
    data_root: folder of their archives
    data_identity: what the images say they are, and how they are divided; nothing where they are always the same
    ahead: trials proposed and not told at a time, or ``AUTO_AHEAD``; more where they need no telling
    tell_order: in which a strategy is told of trials; of folders that do not say, by number
    reuse: whether equal candidates are scored once
    initial: texts of the candidates that are scored before the strategy is asked
    objects: axes, ``data`` among them, whose plug-in was handed over as an object and cannot be made by its name
    reference_size: candidates of the sample that the fitness has asked for, 0 where it asks for none
    objectives: what is maximised, the fitness first, as ``SearchObjective`` writes it; nothing for the fitness alone
    constraints: bounds on the size of networks, e.g. ``params<1000000``
    constraint_size: options of the space at which networks are counted for that, empty for those of the search
    """

    space: Choice
    fitness: Choice
    strategy: Choice
    data: str = DEFAULT_DATA
    data_root: str | None = None
    seed: int = 0
    ahead: int = AUTO_AHEAD
    tell_order: TellOrder = TellOrder.TRIAL
    reuse: bool = True
    initial: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    data_identity: str = ""
    reference_size: int = 0
    objectives: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    constraint_size: Mapping[str, object] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values; what is empty by default is left out."""
        return {name: value for name, value in as_json(self).items() if value or name not in _SELDOM}

    def other_images(self, identity: str) -> str | None:
        """Return in words that its images are not those of an identity, None where they are."""
        if identity == self.data_identity:
            return None
        then, now = (each or "not said how" for each in (self.data_identity, identity))
        return f"its images ({self.data}) were others, or divided otherwise: {then} then, {now} now"

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> "SearchConfig":
        """Return the configuration that ``to_json`` wrote; raises KeyError, TypeError or ValueError.

        Options that its plug-ins did not have yet are as they were then.
        """
        choices: dict[str, Any] = {kind: Choice(**values[kind]) for kind in AXES}
        for kind, choice in choices.items():
            _check_type(f"{kind}.name", choice.name, str)
            _check_type(f"{kind}.options", choice.options, Mapping)
            choices[kind] = Choice(choice.name, {**choice.options, **_former(kind, choice)})
        for name, kinds in _JSON_TYPES.items():
            _check_type(name, values.get(name), kinds)
        for name in _LISTS:
            _check_type(name, values.get(name, []), list)
        _check_type("data_identity", values.get("data_identity", ""), str)
        _check_type("reference_size", values.get("reference_size", 0), int)
        _check_type("constraint_size", values.get("constraint_size", {}), Mapping)
        lists = {name: tuple(map(str, values.get(name, ()))) for name in _LISTS}
        order = TellOrder(values.get("tell_order", TellOrder.TRIAL))
        return SearchConfig(**{**values, **choices, **lists, "tell_order": order})


def former_choices(values: Mapping[str, Any]) -> dict[str, Choice]:
    """Return by axis what ``from_json`` adds: plug-ins with the options that they did not have yet, where any lack."""
    stored = {kind: Choice(**values[kind]) for kind in AXES}
    former = {kind: Choice(choice.name, _former(kind, choice)) for kind, choice in stored.items()}
    return {kind: choice for kind, choice in former.items() if choice.options}


def _former(kind: str, choice: Choice) -> dict[str, object]:
    return former_options(kind, choice.name, choice.options)


_JSON_TYPES: dict[str, Any] = {"data": str, "data_root": str | None, "seed": int, "ahead": int, "reuse": bool}
_LISTS = ("initial", "objects", "objectives", "constraints")
_SELDOM = (*_LISTS, "data_identity", "reference_size", "constraint_size")


def _check_type(name: str, value: object, kinds: Any) -> None:
    if not isinstance(value, kinds):
        raise TypeError(f"{name} is {value!r}")


@dataclass(frozen=True)
class Limits:
    """When a search ends; may change when it is resumed.

    evaluations: trials in all
    max_minutes: minutes of this process after which nothing new is proposed
    trial_timeout_s: seconds that one trial may take on its worker
    target: fitness at which the search stops; infinity becomes None, which is no target
    """

    evaluations: int = 450
    max_minutes: float | None = None
    trial_timeout_s: float | None = None
    target: float | None = None

    def __post_init__(self) -> None:
        """Raise UsageError for a count or time that is not positive, or more than can be done."""
        check_range("--evaluations", self.evaluations, 1, MOST_EVALUATIONS)
        if self.max_minutes is not None and not self.max_minutes > 0:
            raise UsageError(f"--max-minutes {self.max_minutes:g}: must be more than 0")
        if self.trial_timeout_s is not None and not 0 < self.trial_timeout_s < math.inf:
            raise UsageError(f"--trial-timeout {self.trial_timeout_s:g}: must be more than 0 seconds, and finite")
        if self.trial_timeout_s is not None:
            check_range("--trial-timeout", self.trial_timeout_s, LEAST_TIMEOUT_S, math.inf)
        if self.target == math.inf:
            object.__setattr__(self, "target", None)
        if self.target is not None and not math.isfinite(self.target):
            raise UsageError(f"--target {self.target:g}: must be a finite fitness")

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values; a target that is not set is left out."""
        return {name: value for name, value in asdict(self).items() if name != "target" or value is not None}


def whole_number(text: str) -> int:
    """Return the number that an option's text spells in digits alone, or 0 where it is none or absurdly long."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0
