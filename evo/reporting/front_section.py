"""The front of a search by several objectives: its candidates, and fitness against what is no size.

Letters: N trials with a value of each objective, M objectives.
"""

import numpy as np

from evo.display.page import Figures, PageBlock, TextLines
from evo.engine.front import (
    find_front,
    front_counts,
    front_table,
    left_out,
    scored_points,
    shown_factor,
    shown_name,
)
from evo.fronts.dominance import on_front
from evo.plotting.frame import Words
from evo.plotting.scatter import Scatter, scatter
from evo.records.search_objectives import SIZES
from evo.reporting.run_files import RunFiles
from evo.reporting.sampling import MOST_POINTS, drawn_places, sampling_note
from evo.reporting.section import Section, absent, one_table

HEADING = "The front of several objectives"


def front_section(run: RunFiles, most: int = MOST_POINTS) -> Section:
    """Return the candidates that no other beats by all objectives, and plots of what size plots do not show."""
    if not run.objectives:
        return absent(HEADING, "The search has one objective, its fitness.")
    front = find_front(run.rows, run.objectives)
    if not front.rows:
        return absent(HEADING, "No trial has a value of each objective yet.")
    head, rows = front_table(front)
    table = one_table("Candidates that no other is better than by all objectives", head, rows)
    lines = [f"{line[0].upper()}{line[1:]}." for line in front_counts(front)]
    blocks: list[PageBlock] = [TextLines(lines), table, *([TextLines(left)] if (left := left_out(front)) else [])]
    drawn = [_plot(run, place, most) for place, one in enumerate(run.objectives) if place and one.name not in SIZES]
    return Section(HEADING, [*blocks, *([Figures(drawn)] if drawn else [])])


def _plot(run: RunFiles, place: int, most: int) -> str:
    """Return fitness against the objective at a place, as it was measured, with the front of all objectives apart."""
    objective = run.objectives[place]
    scored, points = scored_points(run.rows, run.objectives)
    front = np.flatnonzero(on_front(points))
    others = np.setdiff1d(drawn_places(points[:, 0], most), front)
    drawn = np.concatenate([others, front]).astype(np.intp)  # the front above the others
    trials, texts = (scored[column].take(drawn).to_pylist() for column in ("trial_id", "candidate"))
    across = f"{shown_name(objective)}, {'lower' if objective.sign < 0 else 'higher'} is better"
    shown = Scatter(
        objective.sign * shown_factor(objective) * points[drawn, place],
        points[drawn, 0],
        [f"trial {trial}: {text}" for trial, text in zip(trials, texts, strict=True)],
        Words(f"Fitness against {objective.name}", across, "fitness", sampling_note(len(points), most)),
        groups=["others"] * len(others) + ["front"] * len(front),
        called=(shown_name(objective), "fitness"),
    )
    return scatter(shown)
