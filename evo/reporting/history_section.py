"""How the best score rose, by evaluations and by time; of several seeds the median and a band.

Letters: N trials, S seeds, G places of a common grid.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from evo.display.page import Figures
from evo.plotting.axis import AxisScale
from evo.plotting.frame import Words
from evo.plotting.line_plot import Points, Series, line_plot
from evo.reporting.arms import Arm, scored_alike
from evo.reporting.run_files import RunFiles, numbers
from evo.reporting.sampling import MOST_POINTS, best_so_far, drawn_places, is_squashed, raises_best, sampling_note
from evo.reporting.section import Section, absent

HEADING = "How the best score rose"
FEW = 5
"""Seeds below which the band is from the lowest to the highest, from then on between the quartiles."""
_GRID = 100
_MINUTE = 60.0


@dataclass(frozen=True)
class Rise:
    """The best score up to each place of an axis, both [N], ascending."""

    at: NDArray[np.float64]
    best: NDArray[np.float64]

    def on(self, grid: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what was reached at the places of a grid [G], not a number before the first score."""
        places = np.searchsorted(self.at, grid, side="right") - 1
        return np.where(places >= 0, self.best[np.maximum(places, 0)], np.nan)


def history_section(arms: Sequence[Arm], most: int = MOST_POINTS) -> Section:
    """Return best score against evaluations and against minutes, of one run with its trials, of several as bands."""
    arms = [arm for arm in arms if not any(run.epochs.num_rows for run in arm.runs)]
    runs = [run for arm in arms for run in arm.runs]
    if not runs:
        return absent(HEADING, "Supernets have no score by evaluations; their losses are shown epoch by epoch.")
    if not any(run.scored.any() for run in runs):
        return absent(HEADING, "No trial has a score yet.")
    if len(runs) == 1:
        return Section(HEADING, [Figures(_of_one(runs[0], most))])
    return Section(HEADING, [Figures(_of_several(group)) for group in scored_alike(arms)])


def _of_several(arms: Sequence[Arm]) -> list[str]:
    """Return the figures of arms whose scores have a common scale."""
    figures = _of_arms(bands_of(arms, by_evaluations), "evaluations")
    return [*figures, *_of_arms(bands_of(arms, by_minutes), "minutes")]


def by_evaluations(run: RunFiles) -> Rise:
    """Return the best score after each trial, counted from 1."""
    return _rise(numbers(run.rows, "trial_id") + 1, run.fitness)


def by_minutes(run: RunFiles) -> Rise:
    """Return the best score over the minutes since the first trial was started; a reused score takes no time."""
    ends = finished_at(run.rows)
    known = np.isfinite(ends) & run.scored
    order = np.argsort(ends[known], kind="stable")
    return _rise((ends[known][order]) / _MINUTE, run.fitness[known][order])


def finished_at(rows: pa.Table) -> NDArray[np.float64]:
    """Return when trials [N] were done, in seconds since the first was started, not a number where nobody knows."""
    starts = pc.cast(rows["started_at"], pa.int64()).cast(pa.float64(), safe=False)
    begun = starts.to_numpy().astype(np.float64) / 1e6
    if not np.isfinite(begun).any():
        return np.full(len(begun), np.nan)
    return np.asarray(begun - np.nanmin(begun) + np.nan_to_num(numbers(rows, "evaluate_s")))


def _rise(at: NDArray[np.float64], fitness: NDArray[np.float64]) -> Rise:
    best = best_so_far(fitness)
    known = np.isfinite(best)
    return Rise(at[known], best[known])


def _of_one(run: RunFiles, most: int) -> list[str]:
    """Return both figures of a run, with its trials behind; by rank, too, where some would squash the rest."""
    points = points_of(run, numbers(run.rows, "trial_id") + 1, most)
    note = sampling_note(run.rows.num_rows, most)
    words = Words("Best score by evaluations", "evaluations", "fitness", note)
    series = line_of(by_evaluations(run))
    figures = [line_plot(series, words, points=points, y_scale=AxisScale.LINEAR)]
    if is_squashed(points.y):
        ranked = Words("The same by rank", "evaluations", "fitness", note)
        figures.append(line_plot(series, ranked, points=points, y_scale=AxisScale.RANKS))
    timed = by_minutes(run)
    if len(timed.at):
        figures.append(line_plot(line_of(timed), Words("Best score by time", "minutes", "fitness")))
    return figures


def points_of(run: RunFiles, at: NDArray[np.float64], most: int = MOST_POINTS) -> Points:
    """Return the scored trials at their places of an axis, [N]; of a long run every so many."""
    places = drawn_places(run.fitness, most)
    places = places[run.scored[places] & np.isfinite(at[places])]
    told = zip(run.rows["trial_id"].take(places).to_pylist(), run.fitness[places], strict=True)
    return Points(at[places], run.fitness[places], [f"trial {trial}\nfitness {score:.6g}" for trial, score in told])


def line_of(rise: Rise) -> list[Series]:
    """Return the steps of a rise: where it rose, and its end."""
    kept = raises_best(rise.best)
    kept[-1:] = True
    return [Series("best so far", rise.at[kept], rise.best[kept], stepped=True)]


def _of_arms(bands: Sequence[Series], axis: str) -> list[str]:
    """Return the figure of some bands, and by rank where their beginnings would squash the rest; none for none."""
    if not bands:
        return []
    title = f"Best score by {axis}"
    figures = [line_plot(bands, Words(title, axis, "fitness"), y_scale=AxisScale.LINEAR)]
    if is_squashed(np.concatenate([band.y for band in bands])):
        figures.append(line_plot(bands, Words(f"{title}{AxisScale.RANKS}", axis, "fitness"), y_scale=AxisScale.RANKS))
    return figures


def bands_of(arms: Sequence[Arm], by: Callable[[RunFiles], Rise]) -> list[Series]:
    """Return the median of each arm's runs with a band."""
    bands = []
    for arm in arms:
        rises = map(by, arm.runs)
        bands += band_of(arm.label, [rise for rise in rises if len(rise.at)])
    return bands


def band_of(label: str, rises: Sequence[Rise]) -> list[Series]:
    """Return the median of several seeds with a band, over what all of them have reached; none without any."""
    if not rises:
        return []
    first, last = max(rise.at[0] for rise in rises), min(rise.at[-1] for rise in rises)
    grid = np.unique(np.linspace(first, max(first, last), _GRID))
    values = np.array([rise.on(grid) for rise in rises])
    named = f"{label} ({len(rises)} seeds)" if len(rises) > 1 else label
    ends = (0, 100) if len(rises) < FEW else (25, 75)
    low, high = np.percentile(values, ends, axis=0) if len(rises) > 1 else (None, None)
    return [Series(named, grid, np.median(values, axis=0), low, high)]
