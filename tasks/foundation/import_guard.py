"""Says in one line when another package of the same name would be imported instead of ours, or on another system.

``evo`` is also a package of somebody else, ``spaces`` comes with it, and a user's own ``tasks.py`` hides ours. So a
command runs this file by its path before it imports anything; it needs the standard library alone.
"""

import importlib.util
import sys
from pathlib import Path

PACKAGES = ("evo", "fitness", "spaces", "tasks")
LONGEST_LINE = 499
MARKER = '__distribution__ = "selfnas"'


def foreign_system() -> str | None:
    """Return the complaint about a system that this is not written for, or None on Linux."""
    if sys.platform == "linux":
        return None
    return f"selfnas runs on Linux, and this is {sys.platform}; use a container of Linux, or on Windows WSL 2"


def foreign_package(home: Path) -> str | None:
    """Return the complaint about the first package not from ``home``, the folder that holds all four, or None."""
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            return f"package {name!r} cannot be found beside {home}; reinstall selfnas"
        if not _is_ours(Path(spec.origin), home):
            return (
                f"{name!r} would be imported from {spec.origin}, which is not part of selfnas; rename that file, "
                "run from another folder, or install selfnas in a virtual environment of its own"
            )
    return None


def refuse_foreign_packages(program: str) -> None:
    """End the process with exit code 2 and one line where another package would be imported, or on another system."""
    if complaint := foreign_system() or foreign_package(Path(__file__).parents[2]):
        print(f"{program}: error: {complaint}"[:LONGEST_LINE], file=sys.stderr)
        sys.exit(2)


def _is_ours(origin: Path, home: Path) -> bool:
    in_place = origin.name == "__init__.py" and origin.resolve().parent.parent == home.resolve()
    return in_place and MARKER in origin.read_text(encoding="utf-8", errors="replace")
