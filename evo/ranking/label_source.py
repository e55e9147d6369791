"""Labelled candidates, and of what kind their labels are: what a ranker learns from and is held against."""

from dataclasses import dataclass
from pathlib import Path

from evo.correlation.labels import LabelledTable
from evo.records.config import SearchConfig


@dataclass(frozen=True)
class LabelSource:
    """Labelled candidates, higher is better.

    kind: what the labels are, e.g. ``c10_test``, ``-loss`` for the negative of one, or a fitness and its images
    path: of the file or folder
    run: the search whose rows they are, None for a file
    """

    rows: LabelledTable
    kind: str
    path: Path
    run: SearchConfig | None = None
