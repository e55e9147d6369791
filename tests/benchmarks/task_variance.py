"""Which share of the differences of rho on panels is the panel's luck, the training's luck, and the task's worth.

Letters: S panels, T tasks, D draws of each task.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from evo.display.text_table import Table, short

Array = NDArray[np.float64]
PANEL, WORTH, MEETING = "panel, all tasks alike", "task's worth", "panel and task"
DRAW, REST = "training, all members alike", "training, member by member"


def components(rho: Array) -> dict[str, float]:
    """Return the components of the variance of rho [S, T, D], draws being the tasks' own.

    Estimates by the method of moments, panels crossed with tasks (Searle et al., 1992); negative ones are 0. With one
    draw what training adds is NaN: it cannot be told from the task, nor from what panel and task make together.
    """
    panels, tasks, draws = rho.shape
    mean, of_panel, of_task = rho.mean(), rho.mean((1, 2)), rho.mean((0, 2))
    of_both, of_draw = rho.mean(2), rho.mean(0)
    meeting = of_both - of_panel[:, None] - of_task + mean
    both = draws * float((meeting**2).sum()) / ((panels - 1) * (tasks - 1))
    single = draws * panels * float(((of_task - mean) ** 2).sum()) / (tasks - 1)
    shared = draws * tasks * float(((of_panel - mean) ** 2).sum()) / (panels - 1)
    rest = own = 0.0
    if draws > 1:
        left = rho - of_both[..., None] - of_draw + of_task[:, None]
        rest = float((left**2).sum()) / ((panels - 1) * tasks * (draws - 1))
        own = panels * float(((of_draw - of_task[:, None]) ** 2).sum()) / (tasks * (draws - 1))
    found = {
        PANEL: (shared - both) / (draws * tasks),
        WORTH: (single - both - (own - rest)) / (draws * panels),
        MEETING: (both - rest) / draws,
        DRAW: (own - rest) / panels,
        REST: rest,
    }
    known = {name: max(0.0, value) for name, value in found.items()}
    return known if draws > 1 else {**known, DRAW: math.nan, REST: math.nan}


def reliability(found: Mapping[str, float], repeats: int = 1) -> float:
    """Return the share of the differences among tasks of one panel that is their worth, for means of so many draws.

    NaN where a component is.
    """
    differences = found[WORTH] + found[MEETING] + (found[DRAW] + found[REST]) / repeats
    return found[WORTH] / differences if differences else 0.0


def shares(rho: Array) -> Table:
    """Return the components as standard deviations and shares, and what repeating a task's training adds."""
    found = components(rho)
    total = float(np.nansum([*found.values()])) or 1.0
    rows = [(name, short(value**0.5), short(value / total)) for name, value in found.items()]
    rows += [
        (f"reliability of a comparison of tasks, {n} draws", "", short(reliability(found, n))) for n in _repeats(rho)
    ]
    title = f"Where the differences of rho among members come from, {rho.shape[0]} panels, {rho.shape[1]} tasks"
    return Table(title, ("", "standard deviation", "share"), tuple(rows))


def _repeats(rho: Array) -> tuple[int, ...]:
    return (1, 2, 4) if rho.shape[2] > 1 else (1,)
