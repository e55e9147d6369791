"""How well rows of a table are ranked without a search of tasks: by counting, one score, and ``consensus`` of scores.

Letters: N rows, P labels of a panel.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import evo
from evo.storage.run_log import read_table
from fitness.consensus.joined import joined
from fitness.consensus.panel_weights import panel_weights
from fitness.consensus.positions import Positions
from fitness.consensus.weights import DEFAULT, EQUAL, base_weights
from fitness.rank_correlation.member_metrics import scores_of_members
from fitness.rank_correlation.rank_statistics import spearman
from spaces import SPACES, SearchSpace, read_panel
from tasks import Panel, derive_rng, parse_plugins

REFERENCE = 64
SIZES = ("params", "macs")
RULES = (DEFAULT, EQUAL)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """Other rows and panels of a table, the space of their networks as a text, and the steps of a training."""

    rows: Panel
    panels: Sequence[Panel]
    space: str
    steps: int

    @property
    def members(self) -> dict[str, str]:
        """The scores that are joined, as fitnesses, by the name that they have in a table."""
        return {"regression(task=N)": f"regression(task=N,steps={self.steps})", "logsynflow": "logsynflow"}

    def networks(self) -> SearchSpace[Any]:
        """Return the space."""
        (named,) = parse_plugins(self.space, option="--space", example="nasbench201(cells_per_stage=1)")
        space: SearchSpace[Any] = SPACES.build(named.name, named.given())
        return space


def scored_rows(folder: Path, members: int) -> dict[str, Array]:
    """Return the scores [N] of all members that a run of tasks logged, by the task's text."""
    rows = read_table(folder, ["candidate", "metrics"]).to_pylist()
    metrics = {row["candidate"]: dict(row["metrics"] or ()) for row in rows}
    return {text: scores_of_members(one, members, absent=-np.inf) for text, one in metrics.items()}


def without_search(what: Rows, run_dir: Path, other_labels: str) -> dict[str, list[float]]:
    """Return rho of the other rows of each way to rank, once or for each panel; runs are kept in ``run_dir``.

    other_labels: a panel's file of the same space, of which as many panels are drawn; none where it is empty
    """
    others = _drawn_again(other_labels, what) if other_labels else []
    texts = [*_reference(what), *what.rows.texts, *(text for one in (*what.panels, *others) for text in one.texts)]
    found = {
        name: _logged(fitness, list(dict.fromkeys(texts)), what, run_dir) for name, fitness in what.members.items()
    }
    scores = {name: _column(rows, "fitness") for name, rows in found.items()}
    sizes = {name: _column(next(iter(found.values())), name) for name in SIZES}
    reference = {name: _of(each, _reference(what)) for name, each in scores.items()}
    base = {rule: base_weights(rule, reference, {n: _of(sizes[n], _reference(what)) for n in SIZES}) for rule in RULES}
    labels = np.array(what.rows.labels)

    def logs(names: Sequence[str]) -> dict[str, Array]:
        return {name: Positions.among(reference[name]).log_of(_of(scores[name], names)) for name in scores}

    def by(weights: Mapping[str, float]) -> float:
        return spearman(joined(logs(what.rows.texts), weights), labels)

    def by_labels(panels: Sequence[Panel]) -> list[float]:
        found = (panel_weights(logs(one.texts), np.array(one.labels), base[DEFAULT]) for one in panels)
        return [by(weights) for weights in found]

    return {
        **{name: [spearman(_of(each, what.rows.texts), labels)] for name, each in {**sizes, **scores}.items()},
        "consensus": [by(base[DEFAULT])],
        "consensus, equal weights": [by(base[EQUAL])],
        "consensus with the labels": by_labels(what.panels),
        **({"consensus with other labels": by_labels(others)} if others else {}),
    }


def _reference(what: Rows) -> list[str]:
    """Return the texts of a random sample of the space."""
    space, rng = what.networks(), derive_rng(0, "reference")
    found: dict[str, None] = {}
    while len(found) < REFERENCE:
        found.setdefault(space.encode(space.sample(rng)))
    return list(found)


def _drawn_again(file: str, what: Rows) -> list[Panel]:
    panel, _ = read_panel(file)
    size = len(what.panels[0])
    return [panel.draw([size], derive_rng(number, "other labels"))[0] for number in range(len(what.panels))]


def _logged(fitness: str, texts: Sequence[str], what: Rows, run_dir: Path) -> dict[str, dict[str, Any]]:
    """Return the row of every text by one fitness; a search of these texts is gone on with."""
    run = evo.search(
        space=what.space,
        fitness=fitness,
        strategy="random_search",
        initial=texts,
        evaluations=len(texts),
        run_dir=run_dir / fitness.partition("(")[0],
        progress=True,
    )
    return {row["candidate"]: row for row in run.trials().to_pylist()}


def _column(rows: Mapping[str, Mapping[str, Any]], name: str) -> dict[str, float]:
    """Return a column by text, minus infinity where there is nothing."""
    return {text: -np.inf if row[name] is None else float(row[name]) for text, row in rows.items()}


def _of(scores: Mapping[str, float], texts: Sequence[str]) -> Array:
    return np.array([scores[text] for text in texts])
