"""Spaces of proxy tasks that train tiny networks in milliseconds, and fitnesses of them by small panels."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from fitness.rank_correlation.fitness import RankCorrelationFitness
from spaces import SequenceSpec
from tasks import ProxyTask, SequenceTask, load_any_task, load_task

TINY = "tests.tiny:TinyNetworks"
LABELS = (0.3, 0.1, 0.7, 0.2, 0.9, 0.5, 0.4)
"""Of the widths 1 to 7."""


class Tasks:
    """Proxy tasks by their names; a candidate is one."""

    def sample(self, rng: np.random.Generator) -> str:
        return str(rng.choice(["single", "combo"]))

    def mutate(self, candidate: str, rng: np.random.Generator) -> str:
        return "single" if candidate == "combo" else "combo"

    def encode(self, candidate: str) -> str:
        return candidate

    def decode(self, text: str) -> str:
        return text

    def to_task(self, candidate: str) -> ProxyTask:
        return replace(load_task(candidate), base_channels=4, output_size=4, batch_size=3)


class SequenceTasks(Tasks):
    """Tasks for recurrent networks."""

    reads = SequenceSpec

    def to_task(self, candidate: str) -> SequenceTask:  # type: ignore[override]
        task = load_any_task(f"nlp_{candidate}")
        assert isinstance(task, SequenceTask)
        return task


def write_panel(path: Path, labels: Sequence[float]) -> Path:
    """Write a panel of the widths from 1 on, and return its path."""
    rows = "".join(f"{width},{label},0\n" for width, label in enumerate(labels, start=1))
    path.write_text("candidate,accuracy,other\n" + rows)
    return path


def make_fitness(panel: Path, **options: Any) -> RankCorrelationFitness:
    given = {"metric": "accuracy", "panel_space": TINY, "panel_size": 0, "steps": 2, "precision": "float32", **options}
    return RankCorrelationFitness(panel=str(panel), **given)
