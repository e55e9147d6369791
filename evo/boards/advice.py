"""What the numbers of a board amount to, in words: which score to take, and where nothing beats counting."""

from collections.abc import Sequence

import numpy as np

from evo.boards.standings import COUNTING, HALF, HALF_LESS, LESS, SPEARMAN, TENTH, Standing, Standings
from evo.boards.tables import seconds_of
from evo.correlation.seen_labels import seen_notes
from evo.display.readable_numbers import counted
from evo.display.text_table import show
from fitness import Interval

MOST_CHEAPER = 3
CHEAPER = 0.8
"""Of the seconds of the best: a score that takes more is not called cheaper."""
FEWEST = 5
"""Rows of the top tenth from which on it is judged: among fewer, resamples of equal order are common."""
PARTS = ((HALF, HALF_LESS, "to search (in the better half)"), (SPEARMAN, LESS, "to sort (on all rows)"))
"""What a score is judged by, its paired difference to counting, and what it is then good for."""


def advice(found: Standings) -> list[str]:
    """Return which fitness to take on a space, to search and to sort; a sentence each.

    A fitness beats counting where the paired difference to parameters has an interval above 0; where a board has no
    parameters, where its own interval lies above 0.
    """
    judged = [each for each in found.standings if not each.counts and _defined(each.of(SPEARMAN))]
    if not judged:
        return ["No fitness ranks anything here yet."]
    lines = [line for part in PARTS for line in _part(found, judged, part)]
    counting = found.of(COUNTING)
    if counting is not None and not any(_beats(each, found, part) for each in judged for part in PARTS):
        lines.insert(0, f"Nothing here beats counting {COUNTING}, which costs nothing.")
    lines.append(_tenth(found, judged))
    lines += _seen(found)
    if len(judged) > 1:
        lines.append(
            f"The best of {counted(len(judged), 'fitness', 'fitnesses')} is chosen and reported on the same rows, so "
            "that its numbers are somewhat too high."
        )
    return lines


def _seen(found: Standings) -> list[str]:
    """Return which fitnesses know labels of the board's rows, or may know some, a sentence each."""
    texts, columns = set(found.board.texts), found.board.columns
    told = (seen_notes(each.label, len(texts & {*each.seen}), unsure=each.unsure) for each in columns)
    return [line for lines in told for line in lines]


def _part(found: Standings, judged: Sequence[Standing], part: tuple[str, str, str]) -> list[str]:
    """Return what to take for one purpose, with what is cheaper and cannot be told from it."""
    statistic, less, purpose = part
    defined = [each for each in judged if _defined(each.of(statistic))]
    ahead = [each for each in defined if _beats(each, found, part)]
    if not ahead:
        return _nothing(found, defined, part)
    best = _highest(ahead, statistic)
    counting = f", {_signed(best.of(less))} to counting {COUNTING}" if found.of(COUNTING) else ""
    return [
        f"Take {best.label} {purpose}: {show(best.of(statistic))}{counting}{_cost(best)}.",
        *_cheaper(best, ahead, statistic),
    ]


def _nothing(found: Standings, defined: Sequence[Standing], part: tuple[str, str, str]) -> list[str]:
    statistic, less, purpose = part
    if not defined:
        return []
    best, counting = _highest(defined, statistic), found.of(COUNTING)
    if counting is None:
        return [f"Nothing is told from chance {purpose}; the highest is {best.label}, {show(best.of(statistic))}."]
    return [
        f"Nothing beats counting {purpose}: {show(counting.of(statistic))} by {COUNTING}; the highest is {best.label}, "
        f"{show(best.of(statistic))}, {_signed(best.of(less))}."
    ]


def _cheaper(best: Standing, ahead: Sequence[Standing], statistic: str) -> list[str]:
    if best.seconds is None:
        return []
    most = CHEAPER * best.seconds
    less = [each for each in ahead if each.seconds is not None and each.seconds < most]
    alike = [each for each in less if best.ahead_of(each, statistic).low <= 0]
    alike.sort(key=lambda each: -each.of(statistic).value)
    said = [f"{each.label} {show(each.of(statistic))}{_cost(each)}" for each in alike[:MOST_CHEAPER]]
    return [f"Cheaper, and not to be told from it: {'; '.join(said)}."] if said else []


def _tenth(found: Standings, judged: Sequence[Standing]) -> str:
    if found.tenth < FEWEST:
        return f"The true top tenth has {counted(found.tenth, 'row')}, too few for a verdict."
    best, counting = _highest(judged, TENTH), found.of(COUNTING)
    said = f"{best.label}, {show(best.of(TENTH))}"
    rows = f"true top tenth ({found.tenth} rows)"
    if counting is not None and _counts_more(counting.of(TENTH), best.of(TENTH)):
        by = f"{show(counting.of(TENTH))} by {COUNTING}"
        return f"Nothing ranks the {rows} better than counting: {by}; the highest is {said}."
    if best.of(TENTH).low > 0:
        return f"The {rows} is ranked best by {said}."
    return f"Nothing ranks the {rows} better than chance; the highest is {said}."


def _counts_more(counting: Interval, best: Interval) -> bool:
    """Return whether counting is at least level with the best fitness, and one of them ahead of chance."""
    return counting.value >= best.value and max(counting.low, best.low) > 0


def _beats(standing: Standing, found: Standings, part: tuple[str, str, str]) -> bool:
    statistic, less, _ = part
    return bool(standing.of(statistic if found.of(COUNTING) is None else less).low > 0)


def _highest(standings: Sequence[Standing], statistic: str) -> Standing:
    return max(standings, key=lambda each: float(np.nan_to_num(each.of(statistic).value, nan=-2.0)))


def _defined(interval: Interval) -> bool:
    return not np.isnan(interval.value)


def _cost(standing: Standing) -> str:
    return "" if standing.seconds is None else f", {seconds_of(standing)} s a candidate"


def _signed(less: Interval) -> str:
    return f"{'+' if less.value > 0 else ''}{show(less)}"
