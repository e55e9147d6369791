"""Score against size: parameters and multiply-adds, with the candidates that nothing smaller beats.

Letters: N candidates.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evo.display.page import Figures
from evo.fronts.dominance import on_front
from evo.plotting.axis import AxisScale
from evo.plotting.frame import Words
from evo.plotting.scatter import Scatter, scatter
from evo.reporting.run_files import RunFiles, numbers
from evo.reporting.sampling import MOST_POINTS, drawn_places, is_squashed, sampling_note
from evo.reporting.section import Section, absent

HEADING = "Score against size"
SIZES = {"params": ("parameters", "parameters"), "macs": ("multiply-adds", "multiply-adds of one input")}


def size_section(run: RunFiles, most: int = MOST_POINTS) -> Section:
    """Return both plots with their Pareto fronts; by rank, too, where some scores would squash the rest."""
    known = {name: run.scored & np.isfinite(numbers(run.rows, name)) for name in SIZES}
    if not any(each.any() for each in known.values()):
        return absent(HEADING, "No scored candidate has a size: the space builds no networks, or nothing is scored.")
    figures = [figure for name, there in known.items() if there.any() for figure in _plots(run, name, most)]
    return Section(HEADING, [Figures(figures)])


def pareto_front(sizes: NDArray[np.float64], scores: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the candidates, the smallest first, that score higher than all that are as small or smaller."""
    ahead = np.flatnonzero(on_front(np.column_stack((-sizes, scores))))
    _, firsts = np.unique(sizes[ahead], return_index=True)  # candidates ahead that are as large score alike, too
    return ahead[firsts]


def _plots(run: RunFiles, name: str, most: int) -> list[str]:
    plain = sizes_plotted(run, name, most)
    scales: list[AxisScale | None] = [AxisScale.LINEAR]
    scales += [AxisScale.RANKS] if is_squashed(plain.y) else []
    title = plain.words.title
    return [
        scatter(replace(plain, words=replace(plain.words, title=f"{title}{scale or ''}"), scales=(None, scale)))
        for scale in scales
    ]


def sizes_plotted(run: RunFiles, name: str, most: int = MOST_POINTS) -> Scatter:
    """Return the plot of fitness against a size of ``SIZES``, in which the front is a line; empty for none known."""
    said, axis = SIZES[name]
    sizes, scores = numbers(run.rows, name), run.fitness
    whole = np.flatnonzero(run.scored & np.isfinite(sizes))
    front = whole[pareto_front(sizes[whole], scores[whole])]
    others = np.setdiff1d(np.intersect1d(drawn_places(scores, most), whole), front)
    drawn = np.concatenate([others, front]).astype(np.intp)  # the front above the others
    trials, texts = (run.rows[column].take(drawn).to_pylist() for column in ("trial_id", "candidate"))
    return Scatter(
        sizes[drawn],
        scores[drawn],
        [f"trial {trial}: {text}" for trial, text in zip(trials, texts, strict=True)],
        Words(f"Fitness against {said}", axis, "fitness", sampling_note(run.rows.num_rows, most)),
        groups=["others"] * len(others) + ["front: nothing as small scores higher"] * len(front),
        front=range(len(others), len(drawn)),
        called=(said, "fitness"),
    )
