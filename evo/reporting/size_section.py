"""Score against size: parameters and multiply-adds, with the candidates that nothing smaller beats.

Letters: N candidates.
"""

import numpy as np
from numpy.typing import NDArray

from evo.display.page import Figures
from evo.plotting.axis import AxisScale
from evo.plotting.frame import Words
from evo.plotting.scatter import Scatter, scatter
from evo.reporting.run_files import RunFiles, numbers
from evo.reporting.sampling import MOST_POINTS, drawn_places, is_squashed, sampling_note
from evo.reporting.section import Section, absent

HEADING = "Score against size"
_SIZES = {"params": ("parameters", "parameters"), "macs": ("multiply-adds", "multiply-adds of one input")}


def size_section(run: RunFiles, most: int = MOST_POINTS) -> Section:
    """Return both plots with their Pareto fronts; by rank, too, where some scores would squash the rest."""
    known = {name: run.scored & np.isfinite(numbers(run.rows, name)) for name in _SIZES}
    if not any(each.any() for each in known.values()):
        return absent(HEADING, "No scored candidate has a size: the space builds no networks, or nothing is scored.")
    figures = [figure for name, there in known.items() if there.any() for figure in _plots(run, name, there, most)]
    return Section(HEADING, [Figures(figures)])


def pareto_front(sizes: NDArray[np.float64], scores: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the candidates, the smallest first, that score higher than all that are as small or smaller."""
    order = np.lexsort((-scores, sizes))
    best = np.maximum.accumulate(scores[order])
    ahead = scores[order] > np.concatenate([[-np.inf], best[:-1]])
    return order[ahead]


def _plots(run: RunFiles, name: str, there: NDArray[np.bool_], most: int) -> list[str]:
    said, axis = _SIZES[name]
    whole = np.flatnonzero(there)
    sizes, scores = numbers(run.rows, name), run.fitness
    front = whole[pareto_front(sizes[whole], scores[whole])]
    drawn = np.union1d(np.intersect1d(drawn_places(scores, most), whole), front)
    trials = run.rows["trial_id"].to_numpy()[drawn]
    texts = run.rows["candidate"].take(drawn).to_pylist()
    note = sampling_note(run.rows.num_rows, most)
    scales: list[AxisScale | None] = [AxisScale.LINEAR]
    scales += [AxisScale.RANKS] if is_squashed(scores[drawn]) else []
    return [
        scatter(
            Scatter(
                sizes[drawn],
                scores[drawn],
                [f"trial {trial}: {text}" for trial, text in zip(trials, texts, strict=True)],
                Words(f"Fitness against {said}{scale or ''}", axis, "fitness", note),
                front=np.searchsorted(drawn, front).tolist(),
                called=(said, "fitness"),
                scales=(None, scale),
            )
        )
        for scale in scales
    ]
