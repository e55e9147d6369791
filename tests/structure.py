"""How the source tree is built: who imports whom, what is long, what has the same name twice.

``python -m tests.structure [ROOT]`` prints it as a table, also of an older checkout; ``tests/test_layers.py`` holds the
rules. The sources are only parsed, never imported.
"""

import argparse
import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import networkx

LAYERS = ("evo", "fitness", "spaces", "tasks")  # each may import from itself and from those to its right
QUESTIONS = ("isinstance", "getattr", "hasattr")  # calls that ask an object what it is
FACE = "__init__.py"
Function = ast.FunctionDef | ast.AsyncFunctionDef
Graph = Mapping[str, Mapping[str, str]]  # source -> target -> where the first import stands, as "file:line"


@dataclass(frozen=True)
class Import:
    """One name that a file imports, or a module if ``name`` is None; ``late`` inside a function."""

    module: str
    name: str | None
    line: int
    late: bool


@dataclass(frozen=True)
class Source:
    """A file, its path relative to the root, and what stands in it."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def is_face(self) -> bool:
        """Whether this is the ``__init__.py`` of a folder."""
        return self.path.name == FACE

    @property
    def module(self) -> str:
        """Return the name by which the file is imported."""
        return ".".join(self.path.parent.parts if self.is_face else self.path.with_suffix("").parts)

    @property
    def lines(self) -> int:
        """Return the number of lines, blank ones included."""
        return self.text.count("\n")

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Return all imports, also late ones and those for type checkers alone."""
        return tuple(_imports(self.tree, late=False))

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """Return all functions and methods, nested ones included."""
        return tuple(node for node in ast.walk(self.tree) if isinstance(node, Function))

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Return the names of all classes, nested ones included."""
        return tuple(node.name for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef))


def _imports(node: ast.AST, *, late: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, None, child.lineno, late) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            module = "." * child.level + (child.module or "")
            yield from (Import(module, alias.name, child.lineno, late) for alias in child.names)
        else:
            yield from _imports(child, late=late or isinstance(child, Function))


@dataclass(frozen=True)
class Project:
    """All sources of a checkout, in the order of their paths."""

    root: Path
    sources: tuple[Source, ...]

    @cached_property
    def modules(self) -> dict[str, Source]:
        """Return the sources by the name that imports them."""
        return {source.module: source for source in self.sources}

    def origin(self, module: str, name: str | None) -> Source | None:
        """Return the file that defines ``name``, followed through the faces of folders; None for other libraries."""
        source = self.modules.get(module)
        if source is None or name is None or not source.is_face:
            return source
        for passed_on in source.imports:
            if passed_on.name == name and passed_on.module != module:
                return self.origin(passed_on.module, name)
        return self.modules.get(f"{module}.{name}", source)

    def edges(self, *, late: bool) -> Iterator[tuple[Source, Source, int]]:
        """Yield (importing, imported, line); what a face hands on of its own folder is left out."""
        for source in self.sources:
            for found in source.imports:
                target = self.origin(found.module, found.name)
                if target in (None, source) or (found.late and not late):
                    continue
                assert target is not None
                if not (source.is_face and target.path.is_relative_to(source.path.parent)):
                    yield source, target, found.line


def read(root: Path, folders: Iterable[str] = LAYERS) -> Project:
    """Parse every Python file of some folders of a checkout."""
    paths = sorted(path for folder in folders for path in (root / folder).rglob("*.py"))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    pairs = zip(paths, texts, strict=True)
    return Project(root, tuple(Source(path.relative_to(root), text, ast.parse(text)) for path, text in pairs))


def file_graph(project: Project) -> Graph:
    """Return which file imports which when it is imported itself, or for type checkers; late imports do not count."""
    graph: dict[str, dict[str, str]] = {}
    for source, target, line in project.edges(late=False):
        graph.setdefault(str(source.path), {}).setdefault(str(target.path), f"{source.path}:{line}")
    return graph


def folder_graph(project: Project) -> Graph:
    """Return which neighbour imports which: two folders, or a folder and a file, side by side. All imports count."""
    graph: dict[str, dict[str, str]] = {}
    for source, target, line in project.edges(late=True):
        here, there = _neighbours(source.path, target.path)
        if FACE not in (here.name, there.name):
            graph.setdefault(str(here), {}).setdefault(str(there), f"{source.path}:{line}")
    return graph


def _neighbours(source: Path, target: Path) -> tuple[Path, Path]:
    """Return the highest ancestors, or the files themselves, at which two paths part."""
    common = next(i for i, (a, b) in enumerate(zip(source.parts, target.parts, strict=False)) if a != b) + 1
    return Path(*source.parts[:common]), Path(*target.parts[:common])


def circles(graph: Graph) -> list[set[str]]:
    """Return the sets of nodes that reach each other, largest first."""
    edges = [(source, target) for source, targets in graph.items() for target in targets]
    groups = networkx.strongly_connected_components(networkx.DiGraph(edges))
    return sorted((group for group in groups if len(group) > 1), key=lambda group: (-len(group), min(group)))


def folder_circles(graph: Graph) -> list[set[str]]:
    """Return the circles of a folder graph with a folder in them: those of files alone are for the file graph."""
    return [group for group in circles(graph) if not all(node.endswith(".py") for node in group)]


def drawn(graph: Graph, group: set[str]) -> str:
    """Return a circle as text: every import among its nodes and where the first of them stands."""
    lines = [
        f"  {source} -> {target} ({graph[source][target]})"
        for source in sorted(group)
        for target in sorted(group & set(graph.get(source, {})))
    ]
    return "\n".join([" <-> ".join(sorted(group)), *lines])


def takes_namespace(function: Function) -> bool:
    """Return whether a parameter is annotated as an ``argparse.Namespace``."""
    given = function.args
    parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    return any("Namespace" in ast.unparse(each.annotation) for each in parameters if each.annotation)


def _questions(source: Source) -> int:
    calls = [node.func for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    return sum(isinstance(called, ast.Name) and called.id in QUESTIONS for called in calls)


def _layer_lines(project: Project) -> dict[str, int]:
    """Return the lines of each layer, blank ones and comments included."""
    lines: Counter[str] = Counter()
    for source in project.sources:
        lines[source.path.parts[0]] += source.lines
    return {layer: lines[layer] for layer in LAYERS}


def _readme_lines(root: Path) -> int:
    return (root / "README.md").read_text(encoding="utf-8").count("\n")


def _counted(groups: list[set[str]]) -> str:
    return f"{len(groups)}, of {sum(map(len, groups))} members" if groups else "0"


def table(project: Project) -> list[tuple[str, str]]:
    """Return what is measured as (name, value)."""
    folders = Counter(str(source.path.parent) for source in project.sources)
    ((largest, files),) = folders.most_common(1)
    lines = _layer_lines(project)
    questions = sum(map(_questions, project.sources))
    namespaces = sum(takes_namespace(function) for source in project.sources for function in source.functions)
    return [
        ("files", str(len(project.sources))),
        ("largest folder", f"{largest}, {files} files"),
        ("folder circles", _counted(folder_circles(folder_graph(project)))),
        ("file circles", _counted(circles(file_graph(project)))),
        ("functions that take a Namespace", str(namespaces)),
        (f"{' + '.join(QUESTIONS)} per 1,000 lines", f"{1e3 * questions / sum(lines.values()):.1f}"),
        ("lines", f"{sum(lines.values()):,} ({', '.join(f'{layer} {n:,}' for layer, n in lines.items())})"),
        ("README lines", str(_readme_lines(project.root))),
    ]


def main() -> None:
    """Print the table of a checkout and the circles found in it."""
    parser = argparse.ArgumentParser(prog="python -m tests.structure", description=__doc__.partition("\n")[0])
    parser.add_argument("root", nargs="?", type=Path, default=Path(__file__).parents[1], help="default: this checkout")
    project = read(parser.parse_args().root)
    for name, value in table(project):
        print(f"{name:<48} {value}")
    folders, files = folder_graph(project), file_graph(project)
    for circle in folder_circles(folders):
        print(f"\nfolder circle: {drawn(folders, circle)}")
    for circle in circles(files):
        print(f"\nfile circle: {drawn(files, circle)}")


if __name__ == "__main__":
    main()
