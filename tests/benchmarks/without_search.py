"""How well rows of a table are ranked without a search of tasks: by counting, one score, and ``consensus`` of scores.

Letters: N rows, P labels of a panel.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
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
from fitness.rank_correlation.joined_scores import joined_scores
from fitness.rank_correlation.member_metrics import scores_of_members
from spaces import SPACES, SearchSpace, read_panel
from tasks import Panel, derive_rng, parse_plugins

REFERENCE = 64
COMPANION = "logsynflow"
"""The score that says something else than regression, and needs no training."""
SIZES = ("params", "macs")
RULES = (DEFAULT, EQUAL)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """Other rows and panels of a table, and how their networks are trained.

    space: of the networks, as a text; steps: of a training; image_size: pixels of a side
    """

    rows: Panel
    panels: Sequence[Panel]
    space: str
    steps: int
    image_size: int

    @property
    def members(self) -> dict[str, str]:
        """The scores that are joined, as fitnesses, by the name that they have in a table."""
        return {"regression(task=N)": f"regression(task=N,steps={self.steps})", COMPANION: COMPANION}

    def networks(self) -> SearchSpace[Any]:
        """Return the space."""
        (named,) = parse_plugins(self.space, option="--space", example="nasbench201(cells_per_stage=1)")
        space: SearchSpace[Any] = SPACES.build(named.name, named.given())
        return space

    @cached_property
    def reference(self) -> list[str]:
        """The texts of a random sample of the space."""
        space, rng = self.networks(), derive_rng(0, "reference")
        found: dict[str, None] = {}
        while len(found) < REFERENCE:
            found.setdefault(space.encode(space.sample(rng)))
        return list(found)


def scored_rows(folder: Path, panel: Panel, seed: int) -> dict[str, Array]:
    """Return the scores [N] of the members of a panel that a run of tasks of this seed logged, by the task's text.

    A run has the members of its panel in an order that its seed draws; they are put back into the panel's own.
    """
    (drawn,) = panel.draw([len(panel)], derive_rng(seed, "panel", "members"))
    order = [drawn.texts.index(text) for text in panel.texts]
    rows = read_table(folder, ["candidate", "metrics"]).to_pylist()
    metrics = {row["candidate"]: dict(row["metrics"] or ()) for row in rows}
    return {text: scores_of_members(one, len(panel), absent=-np.inf)[order] for text, one in metrics.items()}


@dataclass(frozen=True)
class WithoutSearch:
    """Scores of all architectures that are asked about, by the name of the score and the architecture's text.

    others: panels of other labels
    """

    what: Rows
    others: Sequence[Panel]
    scores: Mapping[str, Mapping[str, float]]
    sizes: Mapping[str, Mapping[str, float]]

    def ways(self) -> Iterator[tuple[str, list[Array]]]:
        """Yield each way to rank the other rows with the scores [N] that it gives them, once or for each panel."""
        rows = self.what.rows.texts
        for name, each in (*self.sizes.items(), *self.scores.items()):
            yield name, [_of(each, rows)]
        base, logs = {rule: self._base(rule) for rule in RULES}, self._logs(rows)
        yield "consensus", [joined(logs, base[DEFAULT])]
        yield "consensus, equal weights", [joined(logs, base[EQUAL])]
        for name, panels in (("labels", self.what.panels), ("other labels", self.others)):
            if panels:
                weights = [self._weights(panel, base[DEFAULT]) for panel in panels]
                yield f"consensus with the {name}", [joined(logs, each) for each in weights]

    def with_score(self, panel: Panel, on_panel: Array, on_rows: Array) -> Array:
        """Return scores [N] of the other rows by tasks joined with ``COMPANION``, weighed by the panel's labels.

        on_panel: scores [T, P] of its members by the tasks, on_rows: [T, N] of the other rows
        """
        companion = self.scores[COMPANION]
        beside = _of(companion, panel.texts)
        logs = {"tasks": joined_scores(on_panel), COMPANION: joined_scores(beside[None])}
        sizes = {name: _of(self.sizes[name], panel.texts) for name in SIZES}
        base = base_weights(DEFAULT, {"tasks": logs["tasks"], COMPANION: beside}, sizes)
        weights = panel_weights(logs, np.array(panel.labels), base)
        found = _of(companion, self.what.rows.texts)
        return joined({"tasks": joined_scores(on_rows), COMPANION: joined_scores(found[None])}, weights)

    def _logs(self, texts: Sequence[str]) -> dict[str, Array]:
        reference = self.what.reference
        positions = {name: Positions.among(_of(each, reference)) for name, each in self.scores.items()}
        return {name: positions[name].log_of(_of(each, texts)) for name, each in self.scores.items()}

    def _base(self, rule: str) -> dict[str, float]:
        reference = self.what.reference
        scores = {name: _of(each, reference) for name, each in self.scores.items()}
        return base_weights(rule, scores, {name: _of(self.sizes[name], reference) for name in SIZES})

    def _weights(self, panel: Panel, base: Mapping[str, float]) -> dict[str, float]:
        return panel_weights(self._logs(panel.texts), np.array(panel.labels), base)


def score_without_search(what: Rows, run_dir: Path, other_labels: str) -> WithoutSearch:
    """Score the reference, the panels and the other rows by each score; runs are kept in ``run_dir``.

    other_labels: a panel's file of the same space, of which as many panels are drawn; none where it is empty
    """
    others = _drawn_again(other_labels, what) if other_labels else []
    named = (*what.rows.texts, *(text for one in (*what.panels, *others) for text in one.texts))
    texts = list(dict.fromkeys([*what.reference, *named]))
    found = {name: _logged(fitness, texts, what, run_dir) for name, fitness in what.members.items()}
    scores = {name: _column(rows, "fitness") for name, rows in found.items()}
    return WithoutSearch(what, others, scores, {name: _column(found[COMPANION], name) for name in SIZES})


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
        image_size=what.image_size,
        run_dir=run_dir / fitness.partition("(")[0],
        progress=True,
    )
    return {row["candidate"]: row for row in run.trials().to_pylist()}


def _column(rows: Mapping[str, Mapping[str, Any]], name: str) -> dict[str, float]:
    """Return a column by text, minus infinity where there is nothing."""
    return {text: -np.inf if row[name] is None else float(row[name]) for text, row in rows.items()}


def _of(scores: Mapping[str, float], texts: Sequence[str]) -> Array:
    return np.array([scores[text] for text in texts])
