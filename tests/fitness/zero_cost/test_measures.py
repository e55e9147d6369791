"""Catches: a measure that is listed and not there, a table that imports torch."""

import subprocess
import sys
from pathlib import Path

import pytest

from fitness.zero_cost.measures import MEASURES


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_is_a_function(name: str) -> None:
    assert callable(MEASURES[name].load())


def test_the_table_imports_no_torch() -> None:
    program = "import sys, fitness.fitness_table; print('torch' in sys.modules)"
    root = Path(__file__).parents[3]
    assert subprocess.check_output([sys.executable, "-c", program], cwd=root, text=True) == "False\n"
