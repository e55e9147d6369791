"""Catches: an import against the order of the layers or in a circle, Ray outside the engine, a public name without a
docstring, a file or function that has grown too long, a name given twice, a source module without its test module."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

from tests.structure import (
    LAYERS,
    Function,
    Project,
    Source,
    circles,
    drawn,
    file_graph,
    folder_circles,
    folder_graph,
    read,
    takes_namespace,
)

ROOT = Path(__file__).parents[1]
MOST_FILE_LINES = 300
MOST_FUNCTION_LINES = 50
COMMANDS = tuple(
    f"evo.{name}"
    for name in ("run", "rank", "correlate", "leaderboard", "label", "train", "report", "draw", "status", "check")
)
"""What ``python -m`` alone runs."""
ONCE_IN_EVO = ("session.py", "options.py")

Named = tuple[str, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]


@pytest.fixture(scope="module")
def project() -> Project:
    return read(ROOT)


def shown(offenders: Iterable[str]) -> str:
    """Return one offender per line, in order."""
    return "\n".join(["", *sorted(offenders)])


def packages(source: Source) -> set[str]:
    """Return the top-level packages that a file imports anywhere, also late or for type checkers alone."""
    return {found.module.partition(".")[0] for found in source.imports}


def public(body: list[ast.stmt], prefix: str = "") -> Iterator[Named]:
    """Yield the public functions, classes and methods among ``body``, special methods included."""
    for node in body:
        if isinstance(node, ast.ClassDef | Function) and (node.name.startswith("__") or not node.name.startswith("_")):
            yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{prefix}{node.name}.")


def may_take_a_namespace(source: Source) -> bool:
    """Whether a file is of the engine's commands or, below the engine, makes a parser itself."""
    if source.path.parts[0] == "evo":
        return source.path.parts[1] == "commands"
    calls = [node.func for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    return any(ast.unparse(called).endswith("Parser") for called in calls)


def test_there_are_sources_in_every_layer(project: Project) -> None:
    assert {source.path.parts[0] for source in project.sources if not source.is_face} == set(LAYERS)


def test_imports_are_absolute_and_follow_the_order_of_the_layers(project: Project) -> None:
    offenders = []
    for source in project.sources:
        forbidden = {*LAYERS[: LAYERS.index(source.path.parts[0])], "tests", ""}  # "": a relative import
        offenders += [f"{source.path}: {name or 'a relative import'}" for name in packages(source) & forbidden]
    assert not offenders, shown(offenders)


def test_ray_lives_in_the_engine_alone(project: Project) -> None:
    offenders = [
        str(source.path) for source in project.sources if source.path.parts[0] != "evo" and "ray" in packages(source)
    ]
    assert not offenders, shown(offenders)


def test_no_files_import_each_other_in_a_circle(project: Project) -> None:
    graph = file_graph(project)
    offenders = [drawn(graph, circle) for circle in circles(graph)]
    assert not offenders, shown(offenders)


def test_no_folders_side_by_side_import_each_other_in_a_circle(project: Project) -> None:
    graph = folder_graph(project)
    offenders = [drawn(graph, circle) for circle in folder_circles(graph)]
    assert not offenders, shown(offenders)


def test_every_module_and_every_public_name_has_a_docstring(project: Project) -> None:
    offenders = []
    for source in project.sources:
        named = [("the module", source.tree), *public(source.tree.body)]
        offenders += [f"{source.path}: {name}" for name, node in named if not ast.get_docstring(node)]
    assert not offenders, shown(offenders)


def test_files_stay_short(project: Project) -> None:
    offenders = [f"{source.path}: {source.lines}" for source in project.sources if source.lines > MOST_FILE_LINES]
    assert not offenders, shown(offenders)


def test_functions_stay_short(project: Project) -> None:
    offenders = []
    for source in project.sources:
        lengths = {f.name: (f.end_lineno or 0) - f.body[0].lineno + 1 for f in source.functions}
        offenders += [f"{source.path}: {name}, {n}" for name, n in lengths.items() if n > MOST_FUNCTION_LINES]
    assert not offenders, shown(offenders)


def test_every_source_module_has_its_test_module(project: Project) -> None:
    modules = [source.path for source in project.sources if not source.is_face]
    tests = [Path("tests", path.parent, f"test_{path.name}") for path in modules]
    offenders = [str(path) for path in tests if not (ROOT / path).is_file()]
    assert not offenders, shown(offenders)


def test_every_test_module_has_its_source(project: Project) -> None:
    """A long test module may be cut in several, ``test_FILE_TOPIC.py``; ``test_init.py`` is of a folder's face."""
    stems = {(source.path.parent, "init" if source.is_face else source.path.stem) for source in project.sources}
    stems |= {(source.path.parent, "contract") for source in project.sources if source.path.name == "base.py"}
    offenders = [
        str(path)
        for path in (path.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py"))
        if path.parts[0] in LAYERS
        and not any(f"{path.stem}_".startswith(f"test_{stem}_") for folder, stem in stems if folder == path.parent)
    ]
    assert not offenders, shown(offenders)


def test_no_class_has_the_name_of_another(project: Project) -> None:
    homes: dict[str, list[str]] = defaultdict(list)
    for source in project.sources:
        for name in source.classes:
            homes[name].append(str(source.path))
    offenders = [f"{name}: {', '.join(paths)}" for name, paths in homes.items() if len(paths) > 1]
    assert not offenders, shown(offenders)


def test_a_session_and_options_stand_at_most_once_below_evo(project: Project) -> None:
    paths = [source.path for source in project.sources if source.path.parts[0] == "evo"]
    homes = {name: [str(path) for path in paths if path.name == name] for name in ONCE_IN_EVO}
    offenders = [", ".join(found) for found in homes.values() if len(found) > 1]
    assert not offenders, shown(offenders)


def test_a_namespace_stays_where_its_parser_is(project: Project) -> None:
    behind = [source for source in project.sources if not may_take_a_namespace(source)]
    offenders = [f"{source.path}: {f.name}" for source in behind for f in source.functions if takes_namespace(f)]
    assert not offenders, shown(offenders)


def test_nobody_imports_a_command(project: Project) -> None:
    everybody = (*project.sources, *read(ROOT, ("tests", "runs")).sources)
    commands = {project.modules[name] for name in COMMANDS if name in project.modules}
    offenders = [
        f"{source.path}:{found.line}"
        for source in everybody
        for found in source.imports
        if project.origin(found.module, found.name) in commands
    ]
    assert not offenders, shown(offenders)


def test_parquet_files_are_opened_in_one_place(project: Project) -> None:
    offenders = {str(source.path) for source in project.sources if "parquet" in source.text and _opens(source)}
    assert offenders == {"tasks/foundation/bounded_parquet.py"}  # which looks how much they stand for


def _opens(source: Source) -> bool:
    """Return whether a module uses what opens Parquet files."""
    attributes = {f"{ast.unparse(node.value)}.{node.attr}" for node in ast.walk(source.tree) if _is_attribute(node)}
    names = {node.id for node in ast.walk(source.tree) if isinstance(node, ast.Name)}
    read = {"ParquetFile", "ParquetDataset", "pq.ParquetFile", "pq.read_table", "pa.parquet.read_table", "pa.dataset"}
    return bool(read & (attributes | names))


def _is_attribute(node: ast.AST) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute)
