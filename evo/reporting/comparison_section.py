"""Several runs beside each other: what each arm reached over its seeds, and differences with their intervals.

Letters: S seeds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from evo.display.page import TextLines
from evo.display.readable_numbers import readable
from evo.reporting.arms import Arm, scored_alike
from evo.reporting.certainty import best_scores
from evo.reporting.section import Section, SmallPrint, absent, one_table
from fitness import Interval

HEADING = "Comparison"
LEVEL = 0.95
MOST_ARMS = 12


@dataclass(frozen=True)
class ArmDifference:
    """By how much the first arm's best scores are higher than the second's.

    paired: over the seeds that both have, seed by seed; else of the means of independent runs (Welch)
    seeds: how many differences, or the fewer runs of the two
    """

    first: str
    second: str
    difference: Interval
    paired: bool
    seeds: int


def comparison_section(arms: Sequence[Arm]) -> Section:
    """Return what each arm reached, and every pair's difference; arms of other fitnesses have no common scale."""
    if sum(len(arm.runs) for arm in arms) < 2:
        return absent(HEADING, "One run is compared with nothing; give several: python -m evo.report RUN RUN ...")
    shown = arms[:MOST_ARMS]
    more = [SmallPrint([f"Of {len(arms)} arms the first {MOST_ARMS} are shown."])] if len(arms) > MOST_ARMS else []
    table = one_table(
        "Best score of each arm", ("arm", "seeds", "mean", "deviation", "lowest", "highest"), _rows(shown)
    )
    return Section(HEADING, (table, TextLines(_lines(shown)), *more))


def _rows(arms: Sequence[Arm]) -> list[tuple[str, ...]]:
    return [(arm.label, *_numbers(reached(arm))) for arm in arms]


def _numbers(best: NDArray[np.float64]) -> tuple[str, ...]:
    if not len(best):
        return "0", "-", "-", "-", "-"
    deviation = readable(float(best.std(ddof=1))) if len(best) > 1 else "-"
    ends = (readable(float(best.min())), readable(float(best.max())))
    return str(len(best)), readable(float(best.mean())), deviation, *ends


def reached(arm: Arm) -> NDArray[np.float64]:
    """Return the best score of every seed of an arm [S]."""
    return np.array([score for run in arm.runs for score in best_scores(run).values()], dtype=np.float64)


def _lines(arms: Sequence[Arm]) -> list[str]:
    groups = scored_alike(arms)
    lines = [_line(*pair) for group in groups for pair in combinations(group, 2)]
    if len(groups) > 1:
        apart = "; ".join(", ".join(arm.label for arm in group) for group in groups)
        lines.append(f"Scores of another space, fitness or images have no common scale, and are not compared: {apart}.")
    return lines


def _line(one: Arm, other: Arm) -> str:
    found = arm_difference(one, other)
    return _sentence(found) if found else f"{one.label} and {other.label}: too few seeds for an interval."


def arm_difference(one: Arm, other: Arm) -> ArmDifference | None:
    """Return the mean difference of best scores with its 95 % interval (Student), None for fewer than two seeds.

    Paired by seed where two seeds or more are in both arms.
    """
    ours, theirs = ({seed: best_scores(run) for seed, run in arm.by_seed().items()} for arm in (one, other))
    both = [seed for seed in ours if ours[seed] and theirs.get(seed)]
    if len(both) > 1:
        differences = np.array([max(ours[seed].values()) - max(theirs[seed].values()) for seed in both])
        error = float(differences.std(ddof=1)) / np.sqrt(len(both))
        found = student_interval(float(differences.mean()), error, len(both) - 1)
        return ArmDifference(one.label, other.label, found, True, len(both))
    first, second = reached(one), reached(other)
    if min(len(first), len(second)) < 2:
        return None
    parts = first.var(ddof=1) / len(first), second.var(ddof=1) / len(second)
    error = float(np.sqrt(sum(parts)))
    squares = parts[0] ** 2 / (len(first) - 1) + parts[1] ** 2 / (len(second) - 1)
    freedom = float(sum(parts) ** 2 / squares) if squares else 1.0
    found = student_interval(float(first.mean() - second.mean()), error, freedom)
    return ArmDifference(one.label, other.label, found, False, min(len(first), len(second)))


def student_interval(mean: float, error: float, freedom: float) -> Interval:
    """Return a mean with its interval by Student's t, of its standard error and the degrees of freedom."""
    half = float(student.ppf((1 + LEVEL) / 2, freedom)) * error
    return Interval(mean, mean - half, mean + half)


def _sentence(found: ArmDifference) -> str:
    interval = found.difference
    how = f"paired over {found.seeds} seeds" if found.paired else "of independent runs"
    ends = f"[{readable(interval.low)}, {readable(interval.high)}]"
    if interval.low > 0:
        verdict = f"{found.first} is ahead"
    elif interval.high < 0:
        verdict = f"{found.second} is ahead"
    else:
        verdict = "neither is shown to be ahead"
    return (
        f"{found.first} minus {found.second}: {readable(interval.value)} {ends}, 95 % interval of the mean difference "
        f"of best scores, {how}: {verdict}."
    )
