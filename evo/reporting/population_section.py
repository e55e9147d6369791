"""The population over time: how old parents are, how many different candidates there are, how many children improve.

Letters: N trials, C children, E windows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evo.display.page import Figures, TextLines
from evo.plotting.frame import Words
from evo.plotting.line_plot import Series, line_plot
from evo.reporting.run_files import RunFiles, numbers
from evo.reporting.section import Section, absent

HEADING = "The population over time"
WIDTH = 50
"""Trials of a window where the strategy has no population."""
MOST_WINDOWS = 200

Statistic = Callable[[NDArray[np.float64]], np.floating]


@dataclass(frozen=True)
class Windows:
    """Stretches of ``width`` trials; ends: after how many trials each ends, [E], ascending."""

    ends: NDArray[np.intp]
    width: int

    @staticmethod
    def over(count: int, width: int) -> "Windows":
        """Return the windows that lie within so many trials: all of them, or every so many of a long run."""
        places = np.linspace(width, count, min(count - width + 1, MOST_WINDOWS))
        return Windows(np.unique(places.round().astype(np.intp)), width)

    def curve(self, title: str, said: str, values: NDArray[np.float64]) -> str:
        """Return a figure of a value for each window [E]."""
        return line_plot([Series(title, self.ends.astype(float), values)], Words(title, "evaluations", said))

    def over_children(self, children: "Offspring", values: NDArray[np.float64], how: Statistic) -> NDArray[np.float64]:
        """Return a statistic [E] of the values [C] known of each window's children, not a number where none is."""
        found = np.full(len(self.ends), np.nan)
        for place, end in enumerate(self.ends):
            first, last = np.searchsorted(children.child, (end - self.width, end))
            known = values[first:last][np.isfinite(values[first:last])]
            found[place] = how(known) if len(known) else np.nan
        return found


@dataclass(frozen=True)
class Offspring:
    """Trials with a parent in the log: places of both among the rows, [C], children ascending."""

    child: NDArray[np.intp]
    parent: NDArray[np.intp]


def population_section(run: RunFiles) -> Section:
    """Return age of parents, diversity and the share of children better than their parent, window by window."""
    if run.epochs.num_rows:
        return absent(HEADING, "A differentiable search has no population.")
    width, count = width_of(run), run.rows.num_rows
    if count < 2 * width:
        return absent(HEADING, f"Fewer than {2 * width} trials, two windows of {width}, are logged.")
    windows, children = Windows.over(count, width), children_of(run)
    said = f"share of different candidates in {width} trials"
    diverse = windows.curve("Diversity", said, diversity(run, windows))
    if not len(children.child):
        lines = TextLines(["No trial has a parent: candidates are drawn, not bred."])
        return Section(HEADING, [lines, Figures([diverse])])
    better = improved(run, children)
    ages = windows.over_children(children, (children.child - children.parent).astype(float), np.median)
    shares = windows.over_children(children, better, np.mean)
    figures = [
        windows.curve("Age of parents", "trials from parent to child, median", ages),
        diverse,
        windows.curve("Children better than their parent", f"share in {width} trials", shares),
    ]
    return Section(HEADING, [TextLines([_sentence(better, count)]), Figures(figures)])


def _sentence(better: NDArray[np.float64], count: int) -> str:
    known = better[np.isfinite(better)]
    share = f"{known.mean():.0%}" if len(known) else "none"
    return f"{len(better):,} of {count:,} trials have a parent; {share} of these children are better than their parent."


def width_of(run: RunFiles) -> int:
    """Return the strategy's population, or ``WIDTH`` where it has none."""
    population = run.config.strategy.options.get("population") if run.config is not None else None
    return population if isinstance(population, int) and population > 1 else WIDTH


def children_of(run: RunFiles) -> Offspring:
    """Return which trials descend from which, as far as both are logged."""
    trials, parents = numbers(run.rows, "trial_id"), numbers(run.rows, "parent_id")
    places = np.searchsorted(trials, np.nan_to_num(parents, nan=-1))
    there = np.isfinite(parents) & (places < len(trials))
    there[there] = trials[places[there]] == parents[there]
    return Offspring(np.flatnonzero(there), places[there])


def improved(run: RunFiles, children: Offspring) -> NDArray[np.float64]:
    """Return 1 for a child [C] of higher fitness than its parent, else 0; not a number where either has none."""
    own, theirs = run.fitness[children.child], run.fitness[children.parent]
    return np.where(np.isfinite(own) & np.isfinite(theirs), (own > theirs).astype(float), np.nan)


def diversity(run: RunFiles, windows: Windows) -> NDArray[np.float64]:
    """Return the share of different candidates in each window [E]."""
    keys = np.asarray(run.rows["key"].combine_chunks().dictionary_encode().indices)
    return np.array([len(np.unique(keys[end - windows.width : end])) / windows.width for end in windows.ends])
