"""Definitions without what nobody needs of them: methods of classes, entries of tables."""

import ast
from collections.abc import Collection, Iterator

from evo.exporting.bundling.definitions import Definition, ModuleSource, first_line, with_comment

_CHECKING = "__post_init__"


def members(node: ast.ClassDef) -> Iterator[ast.FunctionDef]:
    """Yield the methods and properties of a class, but for what can only check the fields of a frozen record."""
    frozen = any(_freezes(decorator) for decorator in node.decorator_list)
    for each in node.body:
        if isinstance(each, ast.FunctionDef) and not (frozen and each.name == _CHECKING and not _sets(each)):
            yield each


def class_text(source: ModuleSource, definition: Definition, kept: Collection[str]) -> str:
    """Return a class with these of its members alone."""
    assert isinstance(definition.node, ast.ClassDef)
    left_out = set[int]()
    whole = [each for each in members(definition.node) if each.name in kept]
    for each in definition.node.body:
        if isinstance(each, ast.FunctionDef) and each not in whole:
            first = with_comment(source.lines, first_line(each))
            while not source.lines[first - 2].strip():
                first -= 1
            left_out |= set(range(first, (each.end_lineno or each.lineno) + 1))
    numbers = range(definition.first, definition.last + 1)
    return "\n".join(source.lines[number - 1] for number in numbers if number not in left_out)


def table_text(source: ModuleSource, definition: Definition, table: dict[str, object], kept: Collection[str]) -> str:
    """Return a table, a dictionary of texts with an entry on each line, with these of its entries alone.

    table: the same as it is at run time, whose keys may be written as names
    """
    assert isinstance(definition.node, ast.Assign | ast.AnnAssign)
    assert isinstance(definition.node.value, ast.Dict)
    firsts = [key.lineno for key, _ in entries(definition.node)]
    ends = [*firsts[1:], definition.node.value.end_lineno or 0]  # a value may end in a bracket on a line of its own
    left_out = set[int]()
    for key, first, end in zip(table, firsts, ends, strict=True):
        if key not in kept:
            left_out |= set(range(first, end))
    numbers = range(definition.first, definition.last + 1)
    return "\n".join(source.lines[number - 1] for number in numbers if number not in left_out)


def entries(node: ast.Assign | ast.AnnAssign) -> list[tuple[ast.expr, ast.expr]]:
    """Return keys and values of a dictionary that is given a name."""
    assert isinstance(node.value, ast.Dict)
    return [(key, value) for key, value in zip(node.value.keys, node.value.values, strict=True) if key is not None]


def _freezes(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and any(
        word.arg == "frozen" and isinstance(word.value, ast.Constant) and word.value.value is True
        for word in decorator.keywords
    )


def _sets(method: ast.FunctionDef) -> bool:
    """Return whether a method of a frozen record may set a field, or leaves that to its base."""
    words = {each.attr for each in ast.walk(method) if isinstance(each, ast.Attribute)}
    return "__setattr__" in words or any(isinstance(each, ast.Name) and each.id == "super" for each in ast.walk(method))
