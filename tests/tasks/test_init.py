"""Catches: a heavy library imported by ``import tasks``, a public name that does not resolve or that type checkers
do not see."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import tasks


def test_importing_tasks_imports_nothing_else() -> None:
    code = "import sys, tasks; print([m for m in sys.modules if m.split('.')[0] in ('tasks', 'torch', 'numpy')])"
    root = Path(tasks.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "['tasks']"


def test_every_public_name_resolves_to_the_object_of_that_name() -> None:
    for name in set(tasks.__all__) - {"SheetBasis", "Fill", "Factory"}:  # unions of types have no name
        assert getattr(getattr(tasks, name), "__name__", name) == name


def test_type_checkers_see_the_same_names_from_the_same_modules() -> None:
    tree = ast.parse(Path(tasks.__file__).read_text())
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: node.module.removeprefix("tasks.")
        for node in guarded.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    assert seen == tasks._HOMES


def test_a_misspelt_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="load_tsak"):
        _ = tasks.load_tsak  # type: ignore[attr-defined]


def test_the_distribution_is_named() -> None:
    assert tasks.__distribution__ == "selfnas"
    assert set(tasks.__all__) <= set(dir(tasks))
