"""Catches: an import against the order of the layers, Ray outside the engine, a public name without a
docstring, a file or function that has grown too long, a source module without its test module."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("evo", "fitness", "spaces", "tasks")  # each may import from itself and from those to its right
ENGINE_ONLY = ("ray",)
MOST_FILE_LINES = 300
MOST_FUNCTION_LINES = 50

SOURCES = sorted(path.relative_to(ROOT) for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
MODULES = [path for path in SOURCES if path.name != "__init__.py"]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """Return the top-level packages that a file imports anywhere, also late or for type checkers alone."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            found.add(str(node.module).partition(".")[0])
    return found


def public(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Yield the public functions, classes and methods among ``body``, special methods included."""
    for node in body:
        if isinstance(node, ast.ClassDef | Function) and (node.name.startswith("__") or not node.name.startswith("_")):
            yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{prefix}{node.name}.")


def test_there_are_sources_in_every_layer() -> None:
    assert {path.parts[0] for path in MODULES} == set(LAYERS)


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_imports_follow_the_order_of_the_layers(path: Path) -> None:
    to_the_left = set(LAYERS[: LAYERS.index(path.parts[0])])
    assert imported(path) & (to_the_left | {"tests"}) == set()


@pytest.mark.parametrize("path", [path for path in SOURCES if path.parts[0] != "evo"], ids=str)
def test_ray_lives_in_the_engine_alone(path: Path) -> None:
    assert imported(path).isdisjoint(ENGINE_ONLY)


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_every_module_and_every_public_name_has_a_docstring(path: Path) -> None:
    module = tree(path)
    bare = [name for name, node in public(module.body) if not ast.get_docstring(node)]  # type: ignore[arg-type]
    assert ast.get_docstring(module), f"{path} has no docstring"
    assert bare == []


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_files_and_functions_stay_short(path: Path) -> None:
    lines = (ROOT / path).read_text(encoding="utf-8").count("\n")
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, Function)]
    long = {f.name for f in functions if (f.end_lineno or 0) - f.body[0].lineno + 1 > MOST_FUNCTION_LINES}
    assert lines <= MOST_FILE_LINES
    assert long == set()


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_every_source_module_has_its_test_module(path: Path) -> None:
    assert (ROOT / "tests" / path.parent / f"test_{path.name}").is_file()
