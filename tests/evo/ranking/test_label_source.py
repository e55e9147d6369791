"""Catches: a source that is taken for a run's although it is a file's."""

from pathlib import Path

import numpy as np

from evo.correlation.labels import LabelledTable
from evo.ranking.label_source import LabelSource


def test_a_source_is_a_file_unless_it_says_of_which_run_it_is() -> None:
    rows = LabelledTable("t", "m", ["a"], np.zeros(1))
    assert LabelSource(rows, "m", Path("t.csv")).run is None
