"""The files that a plug-in's module consists of: its own, those beside it in its package, and what these import there.

They are found by reading, never by importing, and lie below the folder that Python found the module in. Modules of
this project are left out, and what is installed is not followed: of it, the module and those beside it alone count.
"""

import ast
import hashlib
import importlib.util
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path

PROJECT = ("evo", "fitness", "spaces", "tasks")
"""The packages of this project."""
_DIGITS = 16


@dataclass(frozen=True)
class PluginFiles:
    """What a module consists of.

    root: the folder that Python found it in; inside: paths from there, sorted
    """

    root: Path
    inside: tuple[Path, ...]

    @property
    def digest(self) -> str:
        """A short text that is another where a file is."""
        whole = hashlib.sha256()
        for path in self.inside:
            whole.update(b"%b\0" % path.as_posix().encode())
            whole.update(hashlib.sha256(_content(self.root / path)).digest())
        return whole.hexdigest()[:_DIGITS]

    @property
    def installed(self) -> bool:
        """Whether they lie where distributions are installed, or Python itself."""
        return _is_installed(self.root)


def files_of(module: str) -> PluginFiles | None:
    """Return the files of a module by its dotted name; None where it is not there, or not in a file of Python.

    Packages above it are imported if they were not, as Python does to find it.
    """
    spec = _spec(module)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return None
    path = Path(spec.origin).absolute()
    package = path.name == "__init__.py"
    depth = module.count(".") + (2 if package else 1)
    root = path.parents[depth - 1]
    beside = set(path.parent.glob("*.py")) if "." in module or package else set()
    found = {path} | beside | (set() if _is_installed(root) else _reached(_located(module, root), root))
    return PluginFiles(root, tuple(sorted(each.relative_to(root) for each in found)))


def project_digest() -> str:
    """Return a short text that is another where a file of this project is."""
    root = Path(__file__).absolute().parents[2]
    files = sorted(path.relative_to(root) for name in PROJECT for path in (root / name).rglob("*.py"))
    return PluginFiles(root, tuple(files)).digest


def _is_installed(root: Path) -> bool:
    places = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib", "stdlib")}
    return bool(places & {root.resolve(), *root.resolve().parents})


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # gone by now, which is a difference, too
        return b""


def _spec(module: str) -> ModuleSpec | None:
    loaded = sys.modules.get(module)
    if loaded is not None and loaded.__spec__ is not None:
        return loaded.__spec__
    try:
        return importlib.util.find_spec(module)
    except Exception:  # whatever a package above it raises
        return None


def _reached(first: list[Path], root: Path) -> set[Path]:
    """Return files below a folder, those there that they import, those that these import, and so on."""
    found: set[Path] = set()
    waiting = list(first)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [each for name in _imported(path, root) for each in _located(name, root)]
    return found


def _imported(path: Path, root: Path) -> Iterator[str]:
    """Yield the full names that a file imports, those of attributes among them; none of a file that is no Python."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, OSError):
        return
    parents = path.relative_to(root).parts[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = parents[: len(parents) - node.level + 1] if node.level else ()
            base = ".".join((*above, *filter(None, (node.module,))))
            yield from (base, *(f"{base}.{alias.name}" if base else alias.name for alias in node.names))


def _located(name: str, root: Path) -> list[Path]:
    """Return the files below a folder that Python reads to import a name; those of its packages are among them."""
    parts = name.split(".")
    if parts[0] in PROJECT:
        return []
    found = []
    for depth in range(1, len(parts) + 1):
        place = root.joinpath(*parts[:depth])
        found += [path for path in (place / "__init__.py", place.with_suffix(".py")) if path.is_file()]
    return found
