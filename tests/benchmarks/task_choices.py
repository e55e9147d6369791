"""Which statistic of a panel predicts what a task is worth, and what choosing the best of many tasks by it reaches.

Letters: S panels, T tasks.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from evo.display.text_table import Table, short
from tests.benchmarks.panel_statistics import Array, correlation, spearman
from tests.benchmarks.panel_trials import LAST_ROUND, MEAN_RHO, PLAIN, PanelTrials, best_of
from tests.benchmarks.task_search import mean_and_interval

SHIPPED_TOO = f"{PLAIN}, shipped tasks tried first"


def predicting(trials: PanelTrials) -> Table:
    """Return how each statistic among the members goes with rho among the others."""
    rows = [(name, *_prediction(values, trials.worth)) for name, values in trials.statistics.items()]
    header = (
        "statistic of the panel",
        "tasks of one panel: r",
        "rank r",
        "all tasks and panels: r",
        "mean",
        "mean of the others",
    )
    return Table("What a statistic of the members says of Spearman's rho among the others", header, tuple(rows))


def choosing(trials: PanelTrials, counts: Sequence[int]) -> Table:
    """Return rho among the others of the task chosen from the first ``counts`` tasks."""
    fitting = [count for count in counts if count <= trials.worth.shape[1]]
    rows = [(name, *cells) for name, cells in _choices(trials, fitting)]
    rows += [(name, *(short(float(np.mean(values))) for _ in fitting), "") for name, values in _beside(trials)]
    header = ("chosen by", *(f"of {count} tasks" for count in fitting), f"of {fitting[-1]} less {PLAIN}")
    title = f"Mean rho among the others of the task chosen, {len(trials.panels)} panels"
    return Table(title, header, tuple(rows))


def _prediction(values: Array, worth: Array) -> tuple[str, ...]:
    within = (float(np.mean(measure(values, worth))) for measure in (correlation, spearman))
    over_all = float(correlation(values.ravel(), worth.ravel()))
    return tuple(short(each) for each in (*within, over_all, float(values.mean()), float(worth.mean())))


def _choices(trials: PanelTrials, counts: Sequence[int]) -> Iterator[tuple[str, tuple[str, ...]]]:
    plain = trials.worth_of(trials.best(PLAIN, counts[-1]))
    rules = {name: [trials.best(name, count) for count in counts] for name in trials.statistics}
    if MEAN_RHO in rules:
        rules[LAST_ROUND] = [trials.best_of_last_round(count) for count in counts]
        rules[f"{MEAN_RHO}, of half as many"] = [trials.best(MEAN_RHO, max(1, count // 2)) for count in counts]
    both, more = trials.with_shipped(), len(trials.pool.published)
    rules["best possible choice"] = [best_of(trials.worth, trials.panels.order[:, :count]) for count in counts]
    worths = {name: [trials.worth_of(each) for each in chosen] for name, chosen in rules.items()}
    if more:
        worths[SHIPPED_TOO] = [both.worth_of(both.best(PLAIN, more + count)) for count in counts]
    for name, reached in worths.items():
        ahead = "" if name == PLAIN else mean_and_interval((reached[-1] - plain).tolist())
        yield name, (*(short(float(each.mean())) for each in reached), ahead)


def _beside(trials: PanelTrials) -> Iterator[tuple[str, Array]]:
    """Yield what reaches the same whatever the labels are."""
    yield "any task", trials.worth
    for name, scores in trials.pool.published.items():
        yield name, trials.panels.on_others(scores, trials.label)
    for name, values in trials.pool.others.items():
        yield name, trials.panels.on_others(values, trials.label)
