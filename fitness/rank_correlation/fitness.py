"""How well a proxy task ranks a panel of labelled architectures (GenNAS's task search; Li et al., 2021, section 3.3).

Letters: P members that the search is judged by.
"""

import math
from collections.abc import Hashable, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fitness.base import AbandonedError, EvalContext, Fitness, Score
from fitness.determinism import Precision
from fitness.rank_correlation.held_out_panel import HeldOutPanel
from fitness.rank_correlation.panel_members import PanelMembers, check_distinct
from fitness.rank_correlation.rank_statistics import spearman
from fitness.rank_correlation.spearman_bound import highest_spearman
from fitness.regression.fitness import RegressionFitness
from spaces import (
    SPACE_OPTIONS,
    SPACES,
    NetworkSpace,
    SearchSpace,
    TableInfo,
    TaskSpace,
    digest_of,
    read_panel,
    reads_sequences,
    settle_panel,
)
from tasks import UsageError, derive_rng, parse_plugins
from tasks.foundation.trust import check_name, check_options

Array = NDArray[np.float64]

EXAMPLE = "nasbench201(cells_per_stage=1)"
PARTS = ("search", "held_out")
_ROUNDING = 1e-9  # far below the difference of any two correlations, far above the errors of one


class RankCorrelationFitness(Fitness):
    """Spearman's rho of a panel's labels and its members' fitness under the task, -1 to 1.

    It keeps its sign, so that a task which ranks backwards is bad; absolute gives the published measure, which calls it
    good. Ties share their average rank. A member without a finite score, or whose scoring fails, ranks below all others
    and equal to its like; the metric ``failed`` counts them. Where no member can be told from another the trial fails.

    A task whose rho is below the context's threshold is abandoned, as soon as that is certain: after every member the
    highest rho that is still possible is known. Members of extreme labels come first, as they decide most. The metric
    ``scored`` of ``members`` counts those that were trained, ``bound`` is what an abandoned task could reach at most.

    panel: a Parquet or CSV file with a column ``candidate`` or ``arch``, or ``digits``, which is shipped
    metric: its column of labels, by default the only one or ``value``
    lower_is_better: of the labels
    panel_space: the members' space, in the form ``nasbench201(cells_per_stage=1)`` where it has options; by default the
        one that the file names, with the options that its labels were made with
    panel_size: members drawn by the run's seed, 0 for all that are not held out
    held_out: others that are drawn for the search's end and never scored before it
    stratified: whether one member is drawn from each of as many groups of ascending labels
    absolute: whether the sign of rho is dropped
    steps, precision: of each member's training
    part: the members that are scored: those of the search, or the ones held out; the score of each held-out member is
        then a metric named by its number
    digest: of the panel's file, filled in, so that trials by a panel that has been replaced are not mixed with others
    """

    needs_cuda = True

    def __init__(
        self,
        *,
        panel: str,
        metric: str = "",
        lower_is_better: bool = False,
        panel_space: str = "",
        panel_size: int = 20,
        held_out: int = 0,
        stratified: bool = False,
        absolute: bool = False,
        steps: int = 100,
        precision: Precision = "auto",
        part: Literal["search", "held_out"] = "search",
        digest: str = "",
    ) -> None:
        """Raise UsageError for a file that is no panel, a space without networks, or sizes out of range."""
        if part == "held_out" and not held_out:
            raise UsageError("fitness.part=held_out: the panel has no such part; give fitness.held_out=NUMBER")
        if digest not in ("", digest_of(panel)):
            raise UsageError(
                f"panel {panel}: is not the file that the search was begun with (fitness.digest={digest}); put that "
                "one back, or begin another search"
            )
        self._panel, info = read_panel(panel, metric=metric, lower_is_better=lower_is_better)
        self._space = _space_of(panel, _named(panel_space) if panel_space else _stated(panel, info))
        self._sizes = [panel_size or len(self._panel) - held_out, *([held_out] if held_out else [])]
        self._panel.check_sizes(self._sizes)
        self._stratified = stratified
        self._absolute = absolute
        self._part = PARTS.index(part)
        self._training: dict[str, Any] = {"steps": steps, "precision": precision}
        self._drawn: tuple[int, list[PanelMembers]] | None = None

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with the panel's full path, and its file's digest; raises UsageError."""
        panel = settle_panel(str(options["panel"]))
        return {**options, "panel": panel, "digest": options.get("digest") or digest_of(panel)}

    def accepts(self, space: SearchSpace[Any]) -> str | None:
        """Return why this fitness cannot score ``space``, or None if it can."""
        if not isinstance(space, TaskSpace):
            return "it scores proxy tasks, and this space has none"
        if reads_sequences(space) == reads_sequences(self._space):
            return None
        ours, theirs = ("sequences" if reads_sequences(each) else "images" for each in (self._space, space))
        return f"the panel's networks read {ours}, and its tasks are of {theirs}"

    def check_seed(self, data_seed: int) -> None:
        """Raise UsageError where the members that this seed draws cannot be ranked, or are none of their space."""
        self._members(data_seed)

    def held_out(self, data_seed: int) -> HeldOutPanel | None:
        """Return the members that a search by this seed never scores, or None where there are none, or it does."""
        _, *others = self._members(data_seed)
        return HeldOutPanel(others[0]) if others and PARTS[self._part] == "search" else None

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return the correlation.

        Raises AbandonedError, ValueError where all members score alike, and DeadlineExceededError.
        """
        assert isinstance(context.space, TaskSpace)
        fitness = RegressionFitness(task=context.space.to_task(candidate).to_json(), **self._training)
        members = self._members(context.data_seed)[self._part]
        scores = np.full(len(members), np.nan)
        for member in _outside_in(members.labels):
            scores[member] = members.score(member, fitness, context)
            self._check_reachable(scores, members.labels, context.threshold)
        rho = spearman(scores, members.labels)
        if math.isnan(rho):
            raise ValueError(f"all {len(members)} members of the panel score {scores[0]:g}: the task ranks nothing")
        each = {str(member): float(score) for member, score in enumerate(scores)} if self._part else {}
        return Score(abs(rho) if self._absolute else rho, metrics={**_metrics(scores), **each})

    def _check_reachable(self, scores: Array, labels: Array, threshold: float | None) -> None:
        """Raise AbandonedError where scores [P], NaN where not known, cannot end at ``threshold`` or above."""
        if threshold is None:
            return
        bound = highest_spearman(scores, labels, enough=threshold)
        if self._absolute and bound < threshold:
            bound = max(bound, highest_spearman(scores, -labels, enough=threshold))
        metrics = _metrics(scores)
        certain = threshold if metrics["scored"] == len(scores) else threshold - _ROUNDING
        if bound < certain:
            said = f"at most {bound:.4f} after {metrics['scored']:g} of {len(scores)} members, below {threshold:.4f}"
            raise AbandonedError(said, {**metrics, "bound": bound})

    def _members(self, data_seed: int) -> list[PanelMembers]:
        """Return the members that the search is judged by, and those held out if there are any."""
        if self._drawn is None or self._drawn[0] != data_seed:
            rng = derive_rng(data_seed, "panel", "members")
            panels = self._panel.draw(self._sizes, rng, stratified=self._stratified)
            parts = [PanelMembers(panel, self._space) for panel in panels]
            check_distinct(self._panel.name, *parts)
            self._drawn = data_seed, parts
        return self._drawn[1]


def _outside_in(labels: Array) -> list[int]:
    """Return the rows of labels [P]: best, worst, second best, second worst, ...

    In a simulation with 20 members this order cuts the members that are scored before a task is abandoned by a quarter.
    """
    ascending: list[int] = np.argsort(labels, kind="stable").tolist()
    return [ascending.pop(0 if turn % 2 else -1) for turn in range(len(labels))]


def _metrics(scores: Array) -> dict[str, float]:
    scored = np.count_nonzero(~np.isnan(scores))
    return {"scored": float(scored), "members": float(len(scores)), "failed": float(np.isinf(scores).sum())}


def _named(text: str) -> tuple[str, Mapping[str, object]]:
    """Return name and options of the space that ``text`` names; raises UsageError where it names several."""
    named, *others = parse_plugins(text, option="fitness.panel_space", example=EXAMPLE)
    if others:
        raise UsageError(f"fitness.panel_space {text!r} names {len(others) + 1} spaces; give one, e.g. {EXAMPLE}")
    return named.name, named.given()


def _stated(panel: str, info: TableInfo) -> tuple[str, Mapping[str, object]]:
    """Return name and options of the space that a panel's file names; raises UsageError for a module unasked for."""
    check_name(SPACES, info.space, f"panel {panel}", "name it by fitness.panel_space=NAME")
    stated = info.details.get(SPACE_OPTIONS)
    options = stated if isinstance(stated, dict) else {}
    check_options(f"panel {panel}", "space", options)
    return info.space, options


def _space_of(panel: str, named: tuple[str, Mapping[str, object]]) -> SearchSpace[Any]:
    """Return the members' space; raises UsageError where none is named, or one without networks."""
    name, options = named
    if not name:
        raise UsageError(f"panel {panel} names no space: give it by --set fitness.panel_space=NAME")
    space: SearchSpace[Any] = SPACES.build(name, options)
    if not isinstance(space, NetworkSpace):
        raise UsageError(f"panel {panel}: space {name!r} builds no networks, and its members are to be trained")
    return space
