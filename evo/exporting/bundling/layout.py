"""What a piece of source needs, laid out as one file."""

import ast
import importlib
import sys
from collections.abc import Collection, Iterator
from itertools import groupby, pairwise
from typing import NamedTuple

from evo.exporting.bundling.closure import Closure, Rules, Symbol
from evo.exporting.bundling.definitions import Definition, Import, ModuleSource, needed_names, parse_module
from evo.exporting.bundling.trimming import class_text, table_text
from tasks.foundation.errors import UsageError

_BETWEEN_BLOCKS = "\n\n\n"


class _Block(NamedTuple):
    """A definition as it is written; alone: whether empty lines set it apart."""

    text: str
    alone: bool
    source: str
    first: int
    last: int


def bundle(text: str, description: str, rules: Rules, *, attributes: Collection[str] = ()) -> str:
    """Return a file that does what a source does without any of the modules that are its own.

    text: the source, which imports what it needs
    description: of the file, its first text
    attributes: methods that whoever uses the file calls

    What the source defines comes first where it needs nothing else of the file, and last otherwise. Raises UsageError,
    naming it, for what cannot be taken.
    """
    main, closure = parse_module("", text), Closure(rules)
    closure.take(main, attributes)
    order = list(_in_order(closure, main.name, ()))
    blocks = [block for name in order for block in _blocks(closure, closure.sources[name])]
    first = [block for block in blocks if not block.source and _stands_alone(block, main, closure)]
    rest = [block for block in blocks if block not in first]
    head = [f'"""{description}"""', *([_imports(closure.imports.values())] if closure.imports else [])]
    return "\n\n".join(head) + "".join(_set_apart(part) for part in (first, rest) if part) + "\n"


def _in_order(closure: Closure, name: str, above: tuple[str, ...]) -> Iterator[str]:
    """Yield a module behind all that it needs, each once; raises UsageError for modules that need each other."""
    if name in above:
        raise UsageError(f"the modules {', '.join(above[above.index(name) :])} need each other; put them into one")
    found: dict[str, None] = {}
    for other in closure.needs[name]:
        found |= dict.fromkeys(_in_order(closure, other, (*above, name)))
    yield from (*found, name)


def _set_apart(blocks: list[_Block]) -> str:
    return (_BETWEEN_BLOCKS if blocks[0].alone else "\n\n") + _joined(blocks)


def _blocks(closure: Closure, source: ModuleSource) -> Iterator[_Block]:
    """Yield what is needed of a module in its order."""
    taken = {id(each): each for place, each in closure.definitions.items() if place.module == source.name}
    for each in sorted(taken.values(), key=lambda one: one.first):
        alone = isinstance(each.node, ast.ClassDef | ast.FunctionDef)
        yield _Block(_without_remarks(_text(closure, source, each)), alone, source.name, each.first, each.last)
    for alias, name in closure.aliases.items():
        if name in source.definitions and Symbol(source.name, name) in closure.definitions:
            yield _Block(f"{alias} = {name}", False, source.name, 0, 0)


def _text(closure: Closure, source: ModuleSource, definition: Definition) -> str:
    place = Symbol(source.name, definition.names[0])
    if place in closure.members:
        return class_text(source, definition, closure.members[place])
    if place in closure.rules.tables:
        table = getattr(importlib.import_module(place.module), place.name)
        return table_text(source, definition, table, closure.rules.tables[place])
    return source.text(definition.first, definition.last)


def _without_remarks(text: str) -> str:
    """Return a text without what is said to this project's own tools."""
    return "\n".join(line.partition("  # type: ignore")[0].partition("  # noqa")[0] for line in text.split("\n"))


def _stands_alone(block: _Block, main: ModuleSource, closure: Closure) -> bool:
    """Return whether a value of the main source needs nothing that the file defines."""
    if block.alone:
        return False
    named = {place.name for place in closure.definitions} | set(closure.aliases)
    return not needed_names(ast.parse(block.text)) & named


def _joined(blocks: list[_Block]) -> str:
    text = blocks[0].text
    for before, after in pairwise(blocks):
        adjacent = before.source == after.source and before.last + 1 == after.first
        between = _BETWEEN_BLOCKS if before.alone or after.alone else "\n" if adjacent else "\n\n"
        text += between + after.text
    return text


def _imports(imports: Collection[Import]) -> str:
    """Return the imports as lines, the standard library's first, in the order that tools put them in."""
    found = sorted(set(imports), key=lambda one: (one.attribute is not None, one.module, one.attribute or ""))
    groups = ([one for one in found if _is_standard(one)], [one for one in found if not _is_standard(one)])
    return "\n\n".join("\n".join(_lines(group)) for group in groups if group)


def _is_standard(one: Import) -> bool:
    return one.module.partition(".")[0] in sys.stdlib_module_names


def _lines(imports: list[Import]) -> Iterator[str]:
    yield from (one.statement for one in imports if one.attribute is None)
    named = [one for one in imports if one.attribute is not None]
    for module, group in groupby(named, key=lambda one: one.module):
        words = [one.statement.partition(" import ")[2] for one in group]
        yield f"from {module} import {', '.join(words)}"
