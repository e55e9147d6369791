"""Catches: torch imported by ``import fitness``, a public name that does not resolve, a built-in that is no fitness."""

import subprocess
import sys
from pathlib import Path

import pytest

import fitness
from fitness import FITNESSES
from fitness.fitness_table import TRAINED
from tasks import open_images


def test_importing_fitness_imports_no_heavy_library() -> None:
    code = "import sys, fitness; print([m for m in ('torch', 'ray', 'pyarrow', 'scipy') if m in sys.modules])"
    root = Path(fitness.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", fitness.__all__)
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(fitness, name) is not None


def test_a_misspelt_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Scroe"):
        _ = fitness.Scroe


@pytest.mark.parametrize("name", sorted({*FITNESSES.builtin} - {TRAINED, "rank_correlation", "tabular"}))
def test_every_built_in_fitness_can_be_made_without_options(name: str) -> None:
    assert callable(FITNESSES.build(name, {}, source=open_images("digits")))
