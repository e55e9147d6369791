"""Catches: an import behind ``import spaces``, a public name that does not resolve or that type checkers do not see."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import spaces

REPOSITORY = Path(spaces.__file__).parents[1]


def test_importing_the_package_imports_nothing() -> None:
    code = "import sys; before = set(sys.modules); import spaces; print(*sorted({*sys.modules} - before))"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    ours = {name for name in done.stdout.split() if name.partition(".")[0] in ("evo", "fitness", "spaces", "tasks")}
    assert ours == {"spaces"}
    assert not {"torch", "scipy", "ray", "pyarrow", "numpy"} & set(done.stdout.split())


def test_every_public_name_resolves_and_is_listed() -> None:
    assert all(getattr(spaces, name) is not None for name in spaces.__all__)
    assert set(spaces.__all__) <= set(dir(spaces))


def test_type_checkers_see_the_same_names_in_the_same_places() -> None:
    tree = ast.parse(Path(spaces.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module != "typing"]
    seen = {name.asname: f"{node.module}" for node in imports for name in node.names}
    assert seen == {name: f"spaces.{home}" for name, home in spaces._HOMES.items()}


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        spaces.no_such_name  # noqa: B018
