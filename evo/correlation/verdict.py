"""What the numbers of a correlation amount to, in a sentence for each fitness."""

from collections.abc import Sequence

import numpy as np

from evo.correlation.baselines import RANDOM
from evo.correlation.findings import ALL, Finding
from evo.display.text_table import short, show
from evo.storage.logged_numbers import SIZES
from fitness.rank_correlation.rank_statistics import Interval

STATISTIC = "spearman"


def verdicts(findings: Sequence[Finding]) -> list[str]:
    """Return whether each fitness beats counting on all rows, by spearman and within its interval.

    Counting is the better one of parameters and multiply-adds; where the space builds no networks, each fitness is held
    against no correlation at all. One that ranks the wrong way is told as such.
    """
    everywhere = [finding for finding in findings if finding.part == ALL]
    judged = [finding for finding in everywhere if finding.label not in (*SIZES, RANDOM)]
    counting = max(
        (finding for finding in everywhere if finding.label in SIZES and _defined(finding)),
        key=lambda finding: finding.intervals[STATISTIC].value,
        default=None,
    )
    return [*_summary(judged, counting), *(_verdict(finding, counting) for finding in judged)]


def _summary(judged: Sequence[Finding], counting: Finding | None) -> list[str]:
    if counting is None or not judged or any(_beats(finding, counting) for finding in judged):
        return []
    return [f"Nothing here beats counting {counting.label}: spearman {show(counting.intervals[STATISTIC])}."]


def _verdict(finding: Finding, counting: Finding | None) -> str:
    ours = finding.intervals[STATISTIC]
    if not _defined(finding):
        return f"{finding.label}: no verdict, its scores rank nothing."
    said = f"{finding.label}: spearman {show(ours)}"
    if ours.high < 0:
        return f"{said} ranks the wrong way round: its better scores have the worse labels."
    if counting is None:
        return f"{said} {'agrees with the labels' if ours.low > 0 else 'cannot be told from chance'}."
    less = finding.differences[counting.label][STATISTIC]
    return f"{said} {_compared(less)} counting {counting.label} ({_signed(less)})."


def _compared(less: Interval) -> str:
    if less.low > 0:
        return "beats"
    return "is worse than" if less.high < 0 else "cannot be told from"


def _beats(finding: Finding, counting: Finding) -> bool:
    return finding.differences[counting.label][STATISTIC].low > 0


def _defined(finding: Finding) -> bool:
    return not np.isnan(finding.intervals[STATISTIC].value)


def _signed(less: Interval) -> str:
    sign = "+" if less.value > 0 else ""
    return f"{sign}{short(less.value)} [{short(less.low)}, {short(less.high)}]"
