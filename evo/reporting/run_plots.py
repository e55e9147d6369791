"""Plots of a run in a caller's hands: each is drawn anew from what the run's files say, also while it is going.

What a plot shows is worked out where the sections of a report are.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from evo.display.readable_numbers import counted
from evo.plotting.axis import scale_named
from evo.plotting.bars import Bar, bars
from evo.plotting.frame import Words, stacked
from evo.plotting.line_plot import Series, line_plot
from evo.plotting.scatter import scatter
from evo.reporting.arms import arms_of
from evo.reporting.epoch_section import final_pass
from evo.reporting.failure_section import bars_of, reasons_of
from evo.reporting.history_section import (
    FEW,
    Rise,
    bands_of,
    by_evaluations,
    by_minutes,
    finished_at,
    line_of,
    points_of,
)
from evo.reporting.in_folder import InFolder
from evo.reporting.population_section import Windows, children_of, diversity, improved, width_of
from evo.reporting.run_files import RunFiles, numbers, read_run_files
from evo.reporting.sampling import sampling_note
from evo.reporting.size_section import SIZES, sizes_plotted
from evo.reporting.time_section import PARTS, bar_of, bars_of_seeds, time_spent
from tasks.foundation.errors import UsageError
from tasks.foundation.figure import Figure

EVALUATIONS, TIME = "evaluations", "time"
_AXES = {EVALUATIONS: "evaluations (count)", TIME: "minutes since the first trial began"}
_RISES: Mapping[str, Callable[[RunFiles], Rise]] = {EVALUATIONS: by_evaluations, TIME: by_minutes}
_MINUTE = 60.0
_UNITS = ((3600.0, "hours"), (_MINUTE, "minutes"), (1.0, "seconds"))
_PANEL = 220.0
_REMAINS = "What remains: proposing, waiting, the log, and pauses of a run that was stopped."
_ENDS = f"Median of the runs, with their range, of {FEW} runs or more their quartiles."


class RunPlots:
    """Plots of a run; each returns a figure that a notebook shows and that ``save`` writes as SVG, PNG or PDF.

    scale: of the axis up: ``auto`` takes the first of ``linear``, ``log`` and ``rank`` on which a few values do not
    squash the rest
    """

    def __init__(self, path: Path) -> None:
        """Name the run's folder; nothing is read before a plot is asked for."""
        self._path = path

    def history(
        self, *, against: str = EVALUATIONS, scale: str = "auto", beside: Sequence[str | Path | InFolder] = ()
    ) -> Figure:
        """Return the best fitness so far, of a differentiable search the held-out loss of each seed over its epochs.

        against: ``evaluations`` or ``time``
        beside: more runs, or their folders: those that differ in their seed alone are a median with a band

        Raises UsageError for what is none of these.
        """
        _check("against", against, _AXES)
        run = read_run_files(self._path)
        if run.epochs.num_rows:
            return Figure(_losses(run, scale))
        others = [read_run_files(Path(one) if isinstance(one, str | Path) else one.path) for one in beside]
        return Figure(_compared([run, *others], against, scale) if others else _history(run, against, scale))

    def pareto(self, *, against: str = "params", scale: str = "auto") -> Figure:
        """Return fitness against a size; a line connects the candidates that nothing as small or smaller beats.

        against: ``params``, trainable weights, or ``macs``, multiply-adds of one input; raises UsageError for others
        """
        _check("against", against, SIZES)
        run = read_run_files(self._path)
        shown = sizes_plotted(run, against)
        said, _ = SIZES[against]
        none = "" if len(shown.y) else f"No scored candidate has a number of {said}."
        note = _note(run, shown.words.note, none)
        words = Words(shown.words.title, f"{said} (count)", _fitness(run), note)
        return Figure(scatter(replace(shown, words=words, scales=(None, scale_named(scale, shown.y)))))

    def population(self) -> Figure:
        """Return diversity, the share of children better than their parent, and the age of parents, over the run."""
        run = read_run_files(self._path)
        width, count = width_of(run), run.rows.num_rows
        enough = count >= 2 * width
        windows = Windows.over(count, width) if enough else Windows(np.empty(0, dtype=np.intp), width)
        children, ends = children_of(run), windows.ends.astype(float)
        ages = windows.over_children(children, (children.child - children.parent).astype(float), np.median)
        better = windows.over_children(children, improved(run, children), np.mean)
        shares = [
            Series("different candidates", ends, diversity(run, windows)),
            Series("children better than their parent", ends, better),
        ]
        upper = Words("The population over time", _AXES[EVALUATIONS], "share, 0 to 1")
        lower = Words("", _AXES[EVALUATIONS], "age of parents (trials)", _note(run, _of_windows(run, width)))
        age = [Series("age of parents", ends, ages)]
        return Figure(stacked([line_plot(shares, upper, height=_PANEL), line_plot(age, lower, height=_PANEL)]))

    def failures(self) -> Figure:
        """Return how many trials have no score for which reason; reasons that differ in numbers alone are one."""
        run = read_run_files(self._path)
        reasons, count = reasons_of(run), run.rows.num_rows
        said = f"{counted(reasons.total(), 'trial')} of {count:,} without a score." if count else "No trial is logged."
        return Figure(bars(bars_of(reasons), Words("Failures by reason", "trials (count)", note=_note(run, said))))

    def time(self) -> Figure:
        """Return where the time of all workers went, of a differentiable search that of each seed."""
        run = read_run_files(self._path)
        if run.epochs.num_rows:
            rows, unit = _in_unit(bars_of_seeds(run))
            return Figure(bars(rows, Words("Training of each supernet", unit, note=_note(run))))
        spent = time_spent(run)
        rows, unit = _in_unit([] if spent is None else [bar_of(spent)])
        why = "No trial says when it began." if spent is None else _REMAINS
        words = Words("Where the time went", f"{unit} of workers", note=_note(run, why))
        return Figure(bars(rows, words, parts=PARTS))


def _history(run: RunFiles, against: str, scale: str) -> str:
    """Return the best fitness so far of one run, with its trials behind."""
    rise = _RISES[against](run)
    at = numbers(run.rows, "trial_id") + 1 if against == EVALUATIONS else finished_at(run.rows) / _MINUTE
    points = points_of(run, at)
    unscored = run.rows.num_rows - int(run.scored.sum())
    lacking = f"{unscored:,} of {run.rows.num_rows:,} trials have no score." if unscored else ""
    none = "" if len(rise.at) else "No trial has a score yet."
    note = _note(run, sampling_note(run.rows.num_rows), lacking, none)
    words = Words(f"Best fitness against {against}", _AXES[against], _fitness(run), note)
    return line_plot(line_of(rise), words, points=points, y_scale=scale_named(scale, points.y))


def _compared(runs: Sequence[RunFiles], against: str, scale: str) -> str:
    """Return the best fitness so far of several runs, the median of those that differ in their seed alone."""
    bands = bands_of(arms_of(runs), _RISES[against])
    reached = np.concatenate([np.empty(0), *(band.y for band in bands)])
    named = {_fitness(run) for run in runs}
    y_name = named.pop() if len(named) == 1 else "fitness (of each run's own)"
    words = Words(f"Best fitness against {against}", _AXES[against], y_name, _note(runs[0], _ENDS))
    return line_plot(bands, words, y_scale=scale_named(scale, reached))


def _losses(run: RunFiles, scale: str) -> str:
    """Return the held-out loss of each seed of a differentiable search over its epochs."""
    epochs = final_pass(run.epochs)
    seeds = sorted(set(epochs["seed"].to_pylist()))
    parts = {seed: epochs.filter(pc.equal(epochs["seed"], seed)) for seed in seeds}
    series = [
        Series(f"seed {seed}", numbers(part, "epoch") + 1, numbers(part, "held_out_loss"), marked=True)
        for seed, part in parts.items()
    ]
    known = np.concatenate([each.finite() for each in series])
    words = Words("Held-out loss over epochs", "epoch (count)", "loss on held-out images", _note(run))
    return line_plot(series, words, y_scale=scale_named(scale, known))


def _in_unit(rows: Sequence[Bar]) -> tuple[list[Bar], str]:
    """Return bars of seconds in the largest unit of which the longest has two or more, and its name."""
    longest = max((sum(row.values) for row in rows), default=0.0)
    size, name = next((unit for unit in _UNITS if longest >= 2 * unit[0]), _UNITS[-1])
    return [replace(row, values=[value / size for value in row.values]) for row in rows], name


def _of_windows(run: RunFiles, width: int) -> str:
    """Return what the windows of a population are, or why there is none."""
    if run.epochs.num_rows:
        return "A differentiable search has no population."
    if run.rows.num_rows < 2 * width:
        return f"Fewer than {2 * width} trials, two windows of {width}, are logged."
    alone = "" if len(children_of(run).child) else " No trial has a parent: candidates are drawn, not bred."
    return f"At each place, of the {width} trials before it.{alone}"


def _fitness(run: RunFiles) -> str:
    return f"{'fitness' if run.config is None else run.config.fitness.name} (higher is better)"


def _note(run: RunFiles, *said: str) -> str:
    """Return what is to be said below a plot as sentences, those that are empty left out, and what cannot be read."""
    return " ".join(f"{one[0].upper()}{one[1:].rstrip('.')}." for one in (*said, *run.faults) if one)


def _check(option: str, given: str, allowed: Collection[str]) -> None:
    if given not in allowed:
        raise UsageError(f"{option}={given!r:.80}: must be one of {', '.join(allowed)}")
