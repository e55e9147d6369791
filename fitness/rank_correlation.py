"""How well a proxy task ranks a panel of labelled architectures (GenNAS's task search; Li et al., 2021, section 3.3).

Letters: P members of the panel.
"""

import math
from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from fitness.base import DeadlineExceededError, EvalContext, Score
from fitness.rank_statistics import spearman
from fitness.regression import RegressionFitness
from fitness.training import Precision
from spaces import SPACES, SearchSpace, TaskSpace, candidate_key
from spaces.tables.table import Table
from tasks import UsageError, derive_rng
from tasks.panel import Panel


class RankCorrelationFitness:
    """Spearman's rho of a panel's labels and its members' fitness under the task, -1 to 1.

    It keeps its sign, so that a task which ranks backwards is bad; absolute gives the published measure, which calls it
    good. Ties share their average rank. A member without a finite score, or whose scoring fails, ranks below all others
    and equal to its like; the metric ``failed`` counts them. Where no member can be told from another the trial fails.

    panel: a Parquet or CSV file with a column ``candidate`` or ``arch``; metric: its column of labels, unless it has
    one alone; lower_is_better: of the labels; panel_space: the members' space, unless the file names it; panel_size:
    members drawn by the run's seed, 0 for all. steps, precision: of each member's training.
    """

    def __init__(
        self,
        *,
        panel: Path,
        metric: str = "",
        lower_is_better: bool = False,
        panel_space: str = "",
        panel_size: int = 20,
        absolute: bool = False,
        steps: int = 100,
        precision: Precision = "auto",
    ) -> None:
        """Raise UsageError for a file that is no panel, a member that is none of its space, or a size out of range."""
        panel = Path(panel)  # settled options are texts
        table = Table(panel, [metric] if metric else None)
        self._space: SearchSpace[Any] = SPACES.build(_space_of(table, panel_space), {})
        sign = -1.0 if lower_is_better else 1.0
        labels = sign * table.column(metric or _only(table))
        self._panel = Panel(str(panel), tuple(table.candidates()), tuple(labels.tolist()))
        self._size = panel_size or len(self._panel)
        self._panel.check_size(self._size)
        self._members = {text: _decoded(self._space, text, panel) for text in self._panel.texts}
        self._absolute = absolute
        self._training: dict[str, Any] = {"steps": steps, "precision": precision}

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with the panel's full path, so that it is found from anywhere."""
        return {**options, "panel": str(Path(str(options["panel"])).absolute())}

    def accepts(self, space: SearchSpace[Any]) -> str | None:
        """Return why this fitness cannot score ``space``, or None if it can."""
        return None if isinstance(space, TaskSpace) else "it scores proxy tasks, and this space has none"

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return the correlation; raises ValueError where all members score alike, and DeadlineExceededError."""
        assert isinstance(context.space, TaskSpace)
        fitness = RegressionFitness(task=context.space.to_task(candidate).to_json(), **self._training)
        if refusal := fitness.accepts(self._space):
            raise UsageError(f"the panel's members cannot be scored: {refusal}")
        panel = self._panel.choose(self._size, derive_rng(context.data_seed, "panel", "members"))
        scores = np.array([self._score(fitness, text, context) for text in panel.texts])
        rho = spearman(scores, np.array(panel.labels))
        if math.isnan(rho):
            raise ValueError(f"all {len(panel)} members of the panel score {scores[0]:g}: the task ranks nothing")
        return Score(abs(rho) if self._absolute else rho, metrics={"failed": float(np.isinf(scores).sum())})

    def _score(self, fitness: RegressionFitness, text: str, context: EvalContext) -> float:
        member = self._members[text]
        rng = derive_rng(context.data_seed, "panel", candidate_key(self._space, member))
        try:
            value = fitness(member, replace(context, space=self._space, rng=rng)).value
        except (DeadlineExceededError, MemoryError):
            raise
        except Exception:  # one member's failure is a bad rank, not the end of the task
            return -math.inf
        return value if math.isfinite(value) else -math.inf


def _space_of(table: Table, given: str) -> str:
    if not (given or table.info.space):
        raise UsageError(f"panel {table.path} names no space: give it by --set fitness.panel_space=NAME")
    return given or table.info.space


def _only(table: Table) -> str:
    if len(table.columns) != 1:
        raise UsageError(
            f"panel {table.path} has the columns {', '.join(table.columns)}: name one by --set fitness.metric=NAME"
        )
    return table.columns[0]


def _decoded(space: SearchSpace[Any], text: str, panel: Path) -> Hashable:
    try:
        member: Hashable = space.decode(text)
    except ValueError as error:
        raise UsageError(f"panel {panel}: {text!r} is no candidate of its space: {error}") from error
    return member
