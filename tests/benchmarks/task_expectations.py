"""How well rival expectations foretell what the best tasks of a panel are worth on other architectures.

Letters: S panels, T tasks, D draws, P members, K tasks of a set.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from evo.display.text_table import Table, short
from fitness.rank_correlation.expected_value import expected_value, luck_of_best
from fitness.rank_correlation.rank_statistics import Interval
from tasks import derive_rng
from tests.benchmarks.joined_best import choose, join
from tests.benchmarks.optimism import RULES, WITHOUT_BIAS, ScoredPanel, fisher
from tests.benchmarks.panel_statistics import Array, spearman
from tests.benchmarks.panel_trials import PanelTrials
from tests.benchmarks.task_search import mean_and_interval

NORMAL = 1.96
SHIPPED = "as a search states it"
HEADER = (
    "taken off",
    "expected less found",
    "sd of errors",
    "root mean square",
    "coverage",
    "half width",
    "95 % of errors",
)


@dataclass(frozen=True)
class Expectations:
    """What was expected of the best of each panel by one rule, between which ends, and what came: [S] each."""

    expected: Array
    low: Array
    high: Array
    worth: Array

    def cells(self) -> tuple[str, ...]:
        """Return bias, the errors' deviation and root mean square, the interval's coverage and half, 95 % of errors."""
        errors = self.worth - self.expected
        inside = float(np.mean((self.low <= self.worth) & (self.worth <= self.high)))
        half = float(np.mean(self.high - self.low)) / 2
        spread = "{} to {}".format(*(short(float(each)) for each in np.percentile(errors, [2.5, 97.5])))
        rms = float(np.sqrt(np.mean(errors**2)))
        bias = mean_and_interval((-errors).tolist())
        return (bias, *(short(each) for each in (float(errors.std()), rms, inside, half)), spread)


def interval_about(expected: float, size: int) -> Interval:
    """Return the 95 % interval about a rank correlation of ``size`` members (Bonett and Wright, 2000)."""
    z, half = fisher(np.array(expected)), NORMAL * np.sqrt((1 + expected**2 / 2) / (size - 3))
    return Interval(expected, float(np.tanh(z - half)), float(np.tanh(z + half)))


def expecting(trials: PanelTrials, tasks: int, *, best: int, panels: int, seed: int) -> Table:
    """Return the errors of each rule for the best ``best`` of the first ``tasks`` tasks of each panel, joined."""
    found = [_panel(trials, number, tasks, best, seed) for number in range(min(panels, len(trials.panels)))]
    worth = np.array([each for each, _ in found])
    rows = []
    for name in found[0][1]:
        stated = [each[name] for _, each in found]
        value, low, high = np.array([(one.value, one.low, one.high) for one in stated]).T
        rows.append((name, *Expectations(value, low, high, worth).cells()))
    draws, size = trials.pool.scores.shape[1], trials.panels.members.shape[1]
    what = f"the best {best} of {tasks} tasks, {draws} draws, {len(worth)} panels of {size}"
    return Table(f"What is expected of {what}; found: {worth.mean():.3f}", HEADER, tuple(rows))


def _panel(trials: PanelTrials, number: int, tasks: int, best: int, seed: int) -> tuple[float, dict[str, Interval]]:
    """Return what the best of one panel are worth, and what each rule expects of them."""
    tried = trials.pool.scores[trials.panels.order[number, :tasks]]
    members, others = trials.panels.members[number], trials.panels.others[number]
    labels = trials.label[members]
    chosen = choose(tried[..., members], labels, best)
    worth = float(spearman(join(tried[..., others], chosen), trials.label[others]).mean())
    return worth, dict(_expected(tried[..., members], labels, best, seed + number))


def _expected(scores: Array, labels: Array, best: int, seed: int) -> Iterator[tuple[str, Interval]]:
    panel = ScoredPanel(scores, labels, best, derive_rng(seed, "cuts"))
    yield SHIPPED, _shipped(scores, labels, best, derive_rng(seed, "shipped"))
    for name, rule in RULES.items():
        plain = panel.observed - rule(panel)
        yield name, interval_about(plain, len(labels))
        yield f"{name}; small panel", interval_about(plain + panel.small, len(labels))
    for name, rule in WITHOUT_BIAS.items():
        yield name, interval_about(panel.observed - rule(panel), len(labels))


def _shipped(scores: Array, labels: Array, best: int, rng: np.random.Generator) -> Interval:
    """Return what a search states, with the interval that it states."""
    (luck,) = luck_of_best(scores[:, 0], labels, rng, counts=[best])
    return expected_value(join(scores, choose(scores, labels, best)), labels, luck).elsewhere
