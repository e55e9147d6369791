"""The files that a plug-in's module consists of: its own, those beside it in its package, and what these import there.

With them go plain files that are no Python: of a package all, of a folder that is none those alone that the modules in
it name in a text, as logs and data lie there, too. Neither the module nor what it imports is run; packages above it are
imported, as Python does to find it. All lie below the folder that Python found the module in. Modules of this project
are left out, and what is installed is not followed: of it, the module and those beside it alone count.
"""

import ast
import hashlib
import importlib.util
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.machinery import ModuleSpec
from pathlib import Path

from tasks.foundation.import_guard import PACKAGES

MOST_READ_BYTES = 16 * 2**20
"""Size of a file that is no Python from which on its size stands for what it holds."""
_DIGITS = 16
_PYTHON = (".py", ".pyc")
_LONGEST_NAME = 255


@dataclass(frozen=True)
class PluginFiles:
    """What a module consists of.

    root: the folder that Python found it in; inside: paths from there, sorted, of its modules and what they name
    others: of further files of its packages, which it may read and others may write
    """

    root: Path
    inside: tuple[Path, ...]
    others: tuple[Path, ...] = ()

    @property
    def digest(self) -> str:
        """A short text that is another where a file inside is."""
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

    Packages above it are imported if they were not.
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
    named, others = _other_files(found, root)
    return PluginFiles(root, _inside(root, found | named), _inside(root, others))


def project_digest() -> str:
    """Return a short text that is another where a file of this project is."""
    root = Path(__file__).absolute().parents[2]
    return PluginFiles(root, _inside(root, (path for name in PACKAGES for path in (root / name).rglob("*.py")))).digest


def _is_installed(root: Path) -> bool:
    places = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib", "stdlib")}
    return bool(places & {root.resolve(), *root.resolve().parents})


def _inside(root: Path, paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(sorted(path.relative_to(root) for path in paths))


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        return b"%d" % size if size > MOST_READ_BYTES and path.suffix not in _PYTHON else path.read_bytes()
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
    parents = path.relative_to(root).parts[:-1]
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = parents[: len(parents) - node.level + 1] if node.level else ()
            base = ".".join((*above, *filter(None, (node.module,))))
            yield from (base, *(f"{base}.{alias.name}" if base else alias.name for alias in node.names))


def _located(name: str, root: Path) -> list[Path]:
    """Return the files below a folder that Python reads to import a name; those of its packages are among them."""
    parts = name.split(".")
    if parts[0] in PACKAGES:
        return []
    found = []
    for depth in range(1, len(parts) + 1):
        place = root.joinpath(*parts[:depth])
        found += [path for path in (place / "__init__.py", place.with_suffix(".py")) if path.is_file()]
    return found


def _other_files(modules: set[Path], root: Path) -> tuple[set[Path], set[Path]]:
    """Return the plain files beside modules that these name in a text, and the further ones of their packages."""
    folders = {path.parent for path in modules}
    patterns = {folder: _texts(path for path in modules if path.parent == folder) for folder in folders}
    named, others = set(), set()
    for folder in folders:
        for path in _plain_files(folder, deep=folder != root):
            if any(fnmatchcase(path.name, pattern) for pattern in patterns[folder]):
                named.add(path)
            elif folder != root:
                others.add(path)
    return named, others - named


def _plain_files(folder: Path, *, deep: bool) -> Iterator[Path]:
    """Yield the files of a folder that are no Python, no links and not hidden; deep: of folders without Python, too."""
    try:
        found = [path for path in folder.iterdir() if not path.name.startswith((".", "__")) and not path.is_symlink()]
    except OSError:
        return
    yield from (path for path in found if path.is_file() and path.suffix not in _PYTHON)
    for inner in found if deep else ():
        if inner.is_dir() and not any(inner.glob("*.py")):
            yield from _plain_files(inner, deep=True)


def _texts(paths: Iterable[Path]) -> set[str]:
    """Return the last parts of texts in modules, with a ``*`` for what is put in; none that would name every file."""
    nodes = [node for path in paths for node in ast.walk(_tree(path))]
    made = {_pattern(node) for node in nodes if isinstance(node, ast.JoinedStr)}
    plain = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    parts = {text.rpartition("/")[2] for text in made | plain if len(text) <= _LONGEST_NAME}
    return {part for part in parts if part.strip("*?.")}


def _pattern(text: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in text.values)


def _tree(path: Path) -> ast.Module:
    """Return what a file says, nothing for one that is no Python."""
    try:
        return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, OSError):
        return ast.Module([], [])
