"""A small search of proxy tasks whose networks are not trained: what each would score is drawn."""

from pathlib import Path

import pytest

from fitness.base import EvalContext
from fitness.rank_correlation.panel_members import PanelMembers
from fitness.regression.fitness import RegressionFitness
from tasks import derive_rng
from tests.runs import without_ray

LABELS = (0.3, 0.1, 0.7, 0.2, 0.9, 0.5, 0.4, 0.8, 0.6, 0.0, 1.0, 0.15)
"""Of the widths 1 to 12."""


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, int]]:
    """Return the trainings that were made: the task, the member, and the seed of images and initial weights."""
    made = []

    def score(self: PanelMembers, member: int, fitness: RegressionFitness, context: EvalContext) -> float:
        training = fitness._task.to_json(), self.keys[member], context.data_seed
        made.append(training)
        task, key, seed = training
        return float(self.labels[member] + derive_rng(seed, task, key).normal())

    monkeypatch.setattr(PanelMembers, "score", score)
    return made


@pytest.fixture
def searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trained: object) -> list[str]:
    """A search of six tasks on five tiny networks, five others held out; not yet run."""
    without_ray(monkeypatch)
    rows = [f"{width},{label}" for width, label in enumerate(LABELS, start=1)]
    (tmp_path / "panel.csv").write_text("\n".join(["candidate,value", *rows]))
    command = f"--space proxy_tasks --panel {tmp_path / 'panel.csv'} --panel-size 5 --panel-held-out 5"
    small = "--set fitness.panel_space=tests.tiny:WiderNetworks --set fitness.steps=2"
    rest = f"--evaluations 6 --population 3 --tournament 2 --run-dir {tmp_path / 'run'} --quiet"
    return f"{command} {small} {rest}".split()
