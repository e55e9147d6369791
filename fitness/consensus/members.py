"""The members of a consensus: as they are written, as a configuration keeps them, and made."""

import inspect
import reprlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from fitness.base import Fitness
from fitness.consensus.task_members import REGRESSION, is_task_file, short_task, tasks_in
from fitness.consensus.weights import DEFAULT, EQUAL
from fitness.fitness_table import FITNESSES
from fitness.reference import ReferenceMember
from tasks import ImageSource, PluginText, UsageError, parse_plugins
from tasks.foundation.errors import bounded
from tasks.foundation.plugin_texts import MEMBERS

OPTION = "fitness.members"
EXAMPLE = "regression(task=N),synflow"
FEWEST = 2
_KEYS = {"name", "options", "label"}  # of a member in a configuration


def settled_members(given: object) -> list[ReferenceMember]:
    """Return members with all their options, each with a label that is the same whenever it means the same.

    given: a text such as ``regression(task=N),synflow``, or a list of texts, of ``PluginText``, of tables with ``name``
    and ``options`` as a configuration keeps them, and of the caller's own fitnesses. A text that ends in ``.json`` is a
    file of proxy tasks, which stands for a regression on each of them. A label is the name with the options that are
    not at their defaults, a task of a file by its name and a digest; that of an object is its class, with a number
    where there are several.

    Raises UsageError for anything else, a name or an option that there is not, and a member that is listed twice.
    """
    entries = list(_listed(given))
    settled = {id(one): _settled(one) for one in entries}  # an object that is listed twice is one member, twice
    members = _numbered([member for one in entries for member in settled[id(one)]])
    for label, times in Counter(member.label for member in members).items():
        if times > 1:
            raise UsageError(f"{OPTION}: {bounded(label, 120)} is listed {times} times; give it a weight instead")
    if len(members) < FEWEST:
        said, file = members[0].label if members else "none", _only_file(given)
        way = f"give the fitness regression(task={bounded(file, 120)})" if file else f"e.g. {EXAMPLE}"
        raise UsageError(f"{OPTION}: {bounded(said, 120)} is named; at least {FEWEST} are needed, {way}")
    return members


def usual_weights(given: object) -> str:
    """Return how members count unless it is said: alike where they are nothing but the tasks of one file."""
    return EQUAL if _only_file(given) else DEFAULT


def to_json(members: Iterable[ReferenceMember]) -> list[dict[str, object]]:
    """Return members as a configuration keeps them; raises UsageError for the caller's own objects."""
    kept = list(members)
    if own := [member.label for member in kept if member.made is not None]:
        raise UsageError(
            f"{OPTION}: {bounded(', '.join(own), 120)}: an object has no name that a configuration could keep; make "
            "ConsensusFitness(members=[...]) yourself, and give that as the fitness"
        )
    return [{"label": member.label, "name": member.name, "options": dict(member.options)} for member in kept]


def make_member(member: ReferenceMember, source: ImageSource | None) -> Fitness:
    """Return the fitness; raises UsageError where it refuses its options, or asks for a reference itself."""
    own: Fitness | None = member.made
    with _naming(member.label):
        fitness: Fitness = own or FITNESSES.build(member.name, member.options, source=source)
    asks = type(fitness).reference_request is not Fitness.reference_request
    if asks or "reference_request" in vars(fitness):
        raise UsageError(
            f"{OPTION}: {bounded(member.label, 120)} asks for a reference itself, and is no member of a consensus; "
            "list its members instead"
        )
    return fitness


def _listed(given: object) -> Sequence[object]:
    if isinstance(given, str):
        return [given] if is_task_file(given) else parse_plugins(given, option=OPTION, example=EXAMPLE)
    return given if isinstance(given, Sequence) else [given]


def _settled(one: object) -> list[ReferenceMember]:
    """Return the members that an entry of a list is, several for a text that names several and for a file of tasks."""
    if path := _file_in(one):
        return _in_file(path)
    if isinstance(one, str):
        return [_named(text.name, text.given()) for text in parse_plugins(one, option=OPTION, example=EXAMPLE)]
    if isinstance(one, PluginText):
        return [_named(one.name, one.given())]
    if isinstance(one, Mapping):
        return [_kept(one)]
    if inspect.isclass(one):
        raise UsageError(
            f"{OPTION}: {reprlib.repr(one)} is a class; make an object of it, or give a name, e.g. {EXAMPLE}"
        )
    label = str(getattr(one, "__name__", type(one).__name__))
    return [ReferenceMember(label, label, made=FITNESSES.accept(one, label))]


def _only_file(given: object) -> str | None:
    """Return the file of tasks that is all the members, None where there are others."""
    return _file_in(given[0] if isinstance(given, list | tuple) and len(given) == 1 else given)


def _file_in(one: object) -> str | None:
    """Return the file of tasks that an entry names, None for any other entry."""
    if isinstance(one, PluginText):
        return one.name if is_task_file(one.name) and not one.given() else None
    return one if isinstance(one, str) and is_task_file(one) else None


def _in_file(path: str) -> list[ReferenceMember]:
    with _naming(path):
        return [_named(REGRESSION, options, short=True) for options in tasks_in(path)]


def _kept(table: Mapping[Any, Any]) -> ReferenceMember:
    name, options = table.get("name"), table.get("options", {})
    if not isinstance(name, str) or not isinstance(options, Mapping) or not table.keys() <= _KEYS:
        raise UsageError(f"{OPTION}: {reprlib.repr(dict(table))}: a name, and options by name, are needed")
    short = _named(name, options, short=True)  # what a task of a file is called; tasks in a text have longer labels
    return short if table.get("label") == short.label else _named(name, options)


def _named(name: str, options: Mapping[str, object], *, short: bool = False) -> ReferenceMember:
    with _naming(written(name, options)):
        resolved = FITNESSES.resolve(name, options)
    own = {key: value for key, value in resolved.items() if not _is_default(name, resolved, key)}
    return ReferenceMember(written(name, short_task(name, own) if short else own), name, resolved)


@contextmanager
def _naming(member: str) -> Iterator[None]:
    """Say of what is refused within which member that is."""
    try:
        yield
    except UsageError as error:
        raise UsageError(f"{OPTION}: {bounded(member, 120)}: {error}") from error


def written(name: str, options: Mapping[str, object]) -> str:
    """Return a plug-in as it would be written, its own members, a list of texts or of tables, first."""
    inner = options.get(MEMBERS)
    members = inner if isinstance(inner, list) else []
    texts = [str(one.get("label", one)) if isinstance(one, Mapping) else str(one) for one in members]
    named = {key: str(value) for key, value in options.items() if not (texts and key == MEMBERS)}
    return PluginText(name, named, tuple(map(PluginText, texts))).quoted()


def _is_default(name: str, resolved: Mapping[str, object], option: str) -> bool:
    """Return whether an option would be the same if it were not given."""
    try:
        without = FITNESSES.resolve(name, {key: value for key, value in resolved.items() if key != option})
    except UsageError:  # it cannot be left out
        return False
    return without.get(option) == resolved[option]


def _numbered(members: Sequence[ReferenceMember]) -> list[ReferenceMember]:
    """Return members of which objects of one class have labels of their own; one object listed twice has one."""
    alike: dict[str, list[Any]] = {}
    numbered = []
    for member in members:
        others = alike.setdefault(member.label, [])
        if member.made is not None and not any(member.made is other for other in others):
            others.append(member.made)
        place = next((number for number, other in enumerate(others, 1) if other is member.made), 1)
        label = member.label if place == 1 else f"{member.label} {place}"
        numbered.append(ReferenceMember(label, member.name, member.options, member.made))
    return numbered
