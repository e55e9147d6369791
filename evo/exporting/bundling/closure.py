"""What a piece of source needs, and all that this needs in turn, down to the libraries that it may import."""

import ast
import importlib
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from evo.exporting.bundling.definitions import (
    Definition,
    Import,
    ModuleSource,
    inner_imports,
    needed_attributes,
    needed_names,
    read_module,
)
from evo.exporting.bundling.trimming import entries, members
from tasks.foundation.errors import UsageError


class Symbol(NamedTuple):
    """A definition by its module and its name."""

    module: str
    name: str


@dataclass(frozen=True)
class Rules:
    """What may be taken.

    own: top-level packages whose source is taken
    libraries: others that may be imported, beside the standard library
    instead: definitions that stand in for others
    tables: keys of the entries that are needed, by table
    """

    own: frozenset[str]
    libraries: frozenset[str] = frozenset(("torch",))
    instead: Mapping[Symbol, Symbol] = field(default_factory=dict)
    tables: Mapping[Symbol, Collection[str]] = field(default_factory=dict)

    def may_import(self, module: str) -> bool:
        """Return whether a module is of a library that may be imported."""
        top = module.partition(".")[0]
        return top in self.libraries or (top in sys.stdlib_module_names and top not in self.own)


@dataclass
class Closure:
    """All that is needed so far.

    sources: modules by name; needs: which others each of them needs, in the order in which it was found out
    definitions: by place; members: kept methods of each class
    imports: of libraries, by the name they bring in; aliases: other names of definitions
    """

    rules: Rules
    sources: dict[str, ModuleSource] = field(default_factory=dict)
    needs: dict[str, dict[str, None]] = field(default_factory=dict)
    definitions: dict[Symbol, Definition] = field(default_factory=dict)
    members: dict[Symbol, set[str]] = field(default_factory=dict)
    imports: dict[str, Import] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    attributes: set[str] = field(default_factory=set)
    _named: dict[str, Symbol] = field(default_factory=dict)

    def take(self, source: ModuleSource, attributes: Collection[str]) -> None:
        """Take all definitions of a source without a name, and what they need.

        attributes: that are asked for from outside

        Raises UsageError, naming it, for what cannot be taken.
        """
        self.attributes |= set(attributes)
        for name in source.definitions:
            self._define(source, name)
        while self._take_members():
            pass

    def _define(self, source: ModuleSource, name: str) -> None:
        self.sources.setdefault(source.name, source)
        self.needs.setdefault(source.name, {})
        definition = source.definitions[name]
        for each in definition.names:
            place = Symbol(source.name, each)
            if place in self.definitions:
                return
            self._name(each, place)
            self.definitions[place] = definition
        for part in self._parts(source, definition):
            self._need(source, part)

    def _parts(self, source: ModuleSource, definition: Definition) -> Iterator[ast.AST]:
        """Yield what of a definition is there in any case."""
        node, place = definition.node, Symbol(source.name, definition.names[0])
        if isinstance(node, ast.ClassDef):
            self.members[place] = set()
            yield from (*node.decorator_list, *node.bases, *node.keywords)
            yield from (each for each in node.body if not isinstance(each, ast.FunctionDef))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and place in self.rules.tables:
            kept = self.rules.tables[place]
            table = getattr(importlib.import_module(source.name), place.name)
            for key, (word, value) in zip(table, entries(node), strict=True):
                yield from (word, value) if key in kept else ()
            yield from (node.annotation,) if isinstance(node, ast.AnnAssign) else ()
        else:
            yield node

    def _take_members(self) -> bool:
        """Keep the members of classes that have become needed; return whether there were any."""
        grown = False
        for place, kept in list(self.members.items()):
            source, node = self.sources[place.module], self.definitions[place].node
            assert isinstance(node, ast.ClassDef)
            needed = {each.name for each in members(node) if self._is_needed(place, each.name)} - kept
            for each in members(node):  # a property and its setter have one name
                if each.name in needed:
                    self._need(source, each)
            kept |= needed
            grown = grown or bool(needed)
        return grown

    def _is_needed(self, place: Symbol, name: str) -> bool:
        if not place.module or name in self.attributes or (name.startswith("__") and name.endswith("__")):
            return True
        outside = (base for base in _bases(place) if self.rules.may_import(base.__module__) and base is not object)
        return any(hasattr(base, name) for base in outside)

    def _need(self, source: ModuleSource, node: ast.AST) -> None:
        self.attributes |= needed_attributes(node)
        for found in inner_imports(node):
            if not self.rules.may_import(found.module):
                raise UsageError(f"{source.name} imports {found.module} within a function; import it at the top")
        for name in sorted(needed_names(node)):
            self._resolve(source, name)

    def _resolve(self, source: ModuleSource, name: str) -> None:
        if name in source.definitions:
            self._follow(source, Symbol(source.name, name), name)
        elif name in source.imports:
            found = source.imports[name]
            if self.rules.may_import(found.module):
                self._name(name, Symbol(found.statement, name))
                self.imports[name] = found
            else:
                self._follow(source, self._origin(source, found), name)

    def _follow(self, source: ModuleSource, place: Symbol, name: str) -> None:
        """Take a definition that a source needs under a name."""
        place = self.rules.instead.get(place, place)
        if place.module != source.name:
            self.needs[source.name][place.module] = None
        self._define(self.sources.get(place.module) or read_module(place.module), place.name)
        if name != place.name:
            self._name(name, Symbol(place.module, f"{place.name} as {name}"))
            self.aliases[name] = place.name

    def _origin(self, source: ModuleSource, found: Import) -> Symbol:
        """Return where what an import brings in is defined; raises UsageError for what is not taken."""
        if found.module.partition(".")[0] not in self.rules.own:
            raise UsageError(f"{source.name} imports {found.module}, which is neither torch nor the standard library")
        if found.attribute is None:
            raise UsageError(f"{source.name} imports {found.module} as a whole; import what it needs of it by name")
        there = read_module(found.module)
        if found.attribute in there.definitions:
            return Symbol(found.module, found.attribute)
        if found.attribute in there.imports:
            return self._origin(there, there.imports[found.attribute])
        raise UsageError(f"{source.name} imports {found.attribute} of {found.module}, whose source does not define it")

    def _name(self, name: str, place: Symbol) -> None:
        other = self._named.setdefault(name, place)
        if other != place:
            raise UsageError(f"{other.module} and {place.module} both call something {name!r}; rename one of them")


def _bases(place: Symbol) -> tuple[type, ...]:
    """Return what a class derives from, itself left out."""
    found = getattr(importlib.import_module(place.module), place.name)
    return found.__mro__[1:] if isinstance(found, type) else ()
