"""Which libraries a few lines of code load, found out in a process of their own."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]


def loaded(program: str, names: Sequence[str] = ("torch", "ray", "scipy")) -> list[str]:
    """Return those of the modules that are loaded once the program has run; it must print nothing."""
    told = f"{program}\nimport sys\nprint(*(name for name in {tuple(names)!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", told], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()
