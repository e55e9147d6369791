"""Catches: anything imported by ``import fitness``, a public name that does not resolve or that type checkers do not
see, a built-in that is no fitness or is taken for a misspelt one.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import fitness
from fitness import FITNESSES
from fitness.fitness_table import TRAINED
from tasks import open_images


def test_importing_fitness_imports_nothing_else() -> None:
    code = (
        "import sys, fitness; layers = ('fitness', 'tasks', 'spaces', 'torch', 'numpy'); "
        "print([m for m in sys.modules if m.split('.')[0] in layers])"
    )
    root = Path(fitness.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "['fitness']"


def test_every_public_name_resolves_to_the_object_of_that_name() -> None:
    for name in set(fitness.__all__) - {"Precision"}:  # a union of texts has no name
        assert getattr(getattr(fitness, name), "__name__", name) == name


def test_type_checkers_see_the_same_names_from_the_same_modules() -> None:
    tree = ast.parse(Path(fitness.__file__).read_text())
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: node.module.removeprefix("fitness.")
        for node in guarded.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    assert seen == fitness._HOMES


def test_a_misspelt_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Scroe"):
        _ = fitness.Scroe


@pytest.mark.parametrize("name", sorted({*FITNESSES.builtin} - {TRAINED, "rank_correlation", "ranker", "tabular"}))
def test_every_built_in_fitness_can_be_made_without_options(name: str) -> None:
    assert callable(FITNESSES.build(name, {}, source=open_images("digits")))
