"""Defaults of plug-ins for a help text, read from their source: importing them would take seconds."""

import ast
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path


def default_of(target: str, option: str) -> object:
    """Return the default of an option of the class at ``module:name``, a literal; raises KeyError where it has none.

    Only the folder of the module is imported.
    """
    return ast.literal_eval(_defaults(target)[option])


@cache
def _defaults(target: str) -> dict[str, ast.expr]:
    module, _, name = target.partition(":")
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    found = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    return {**dict(_of_fields(found)), **dict(_of_parameters(found))}


def _of_fields(found: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    """Yield what a dataclass says."""
    for node in found.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value


def _of_parameters(found: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    """Yield what ``__init__`` says of its keyword parameters."""
    for node in found.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            yield from ((argument.arg, default) for argument, default in pairs if default is not None)
