"""What a module defines at its top level, as text, and what each definition needs."""

import ast
import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tasks.foundation.errors import UsageError


@dataclass(frozen=True)
class Import:
    """What an import brings in under a name; attribute: None for the module itself."""

    module: str
    attribute: str | None
    name: str

    @property
    def statement(self) -> str:
        """The import as a line of its own."""
        own = "" if self.name in (self.attribute, self.module) else f" as {self.name}"
        if self.attribute is None:
            return f"import {self.module}{own}"
        return f"from {self.module} import {self.attribute}{own}"


@dataclass(frozen=True)
class Definition:
    """A statement that defines one name or several, with the comment before it and the text that explains it behind it.

    first, last: its lines, counted from 1
    """

    module: str
    names: tuple[str, ...]
    node: ast.stmt
    first: int
    last: int


@dataclass(frozen=True)
class ModuleSource:
    """A module: its lines, its definitions by name, and its imports by the names that they bring in."""

    name: str
    lines: tuple[str, ...]
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    imports: Mapping[str, Import] = field(default_factory=dict)

    def text(self, first: int, last: int) -> str:
        """Return lines from ``first`` to ``last``, counted from 1."""
        return "\n".join(self.lines[first - 1 : last])


@cache
def read_module(name: str) -> ModuleSource:
    """Return the source of a module; raises UsageError where it has none to be read."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        raise UsageError(f"the source of module {name!r} cannot be read; it is needed as a .py file")
    package = name if spec.submodule_search_locations else name.rpartition(".")[0]
    return parse_module(name, Path(spec.origin).read_text(encoding="utf-8"), package)


def parse_module(name: str, text: str, package: str = "") -> ModuleSource:
    """Return what a text defines; package: that relative imports are relative to."""
    lines, body = tuple(text.split("\n")), ast.parse(text).body
    found: dict[str, Definition] = {}
    for statement, following in zip(body, [*body[1:], None], strict=True):
        if names := tuple(_names_of(statement)):
            last = following if following is not None and _is_text(following) else statement
            first = with_comment(lines, first_line(statement))
            found |= dict.fromkeys(names, Definition(name, names, statement, first, last.end_lineno or last.lineno))
    imports = {each.name: each for statement in body for each in _imports_of(statement, package)}
    return ModuleSource(name, lines, found, imports)


def needed_names(node: ast.AST) -> set[str]:
    """Return the names that a piece of source reads, those of annotations in quotation marks included."""
    found = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
    for each in _annotations(node):
        for text in ast.walk(each):
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                found |= _names_in(text.value)
    return found


def inner_imports(node: ast.AST) -> Iterator[Import]:
    """Yield what a piece of source imports when it runs."""
    for each in ast.walk(node):
        if isinstance(each, ast.Import | ast.ImportFrom):
            yield from _imports_of(each, "")


def needed_attributes(node: ast.AST) -> set[str]:
    """Return the attributes that a piece of source reads of whatever."""
    return {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


def _names_in(text: str) -> set[str]:
    try:
        return {each.id for each in ast.walk(ast.parse(text, mode="eval")) if isinstance(each, ast.Name)}
    except SyntaxError:  # a text among types, as in Literal["a b"]
        return set()


def _annotations(node: ast.AST) -> Iterator[ast.expr]:
    for each in ast.walk(node):
        if isinstance(each, ast.arg | ast.AnnAssign) and each.annotation is not None:
            yield each.annotation
        elif isinstance(each, ast.FunctionDef) and each.returns is not None:
            yield each.returns


def _names_of(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement defines; none of an import."""
    if isinstance(statement, ast.ClassDef | ast.FunctionDef):
        yield statement.name
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        yield from (each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name))


def _imports_of(statement: ast.stmt, package: str) -> Iterator[Import]:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            whole = alias.name if alias.asname else alias.name.partition(".")[0]
            yield Import(whole, None, alias.asname or whole)
    elif isinstance(statement, ast.ImportFrom):
        named = "." * statement.level + (statement.module or "")
        module = importlib.util.resolve_name(named, package) if statement.level and package else named
        yield from (Import(module, alias.name, alias.asname or alias.name) for alias in statement.names)
    elif isinstance(statement, ast.If):  # for type checkers
        for inner in statement.body:
            yield from _imports_of(inner, package)


def _is_text(statement: ast.stmt) -> bool:
    """Return whether a statement is a text alone, which explains what stands before it."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def first_line(statement: ast.stmt) -> int:
    """Return the line that a statement begins at, its decorators included."""
    decorators = statement.decorator_list if isinstance(statement, ast.ClassDef | ast.FunctionDef) else []
    return min([statement.lineno, *(each.lineno for each in decorators)])


def with_comment(lines: tuple[str, ...], first: int) -> int:
    """Return the first line of the comment right above a line, or that line."""
    indent = len(lines[first - 1]) - len(lines[first - 1].lstrip())
    while first > 1 and lines[first - 2].startswith(f"{' ' * indent}#"):
        first -= 1
    return first
