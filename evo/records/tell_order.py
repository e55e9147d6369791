"""In which order a strategy is told of trials: it determines the rows, as the look-ahead does."""

from enum import StrEnum

OUTSIZED = 5
"""Times the median of multiply-adds from which a trial counts as longer than others.

Below, seconds follow multiply-adds loosely (a correlation of .2 to .5 for small networks on a processor), and the best
candidates are often the larger ones, of which a strategy should not learn later than of others.
"""

OUTSIZED_PLACES = 3
"""Places of the look-ahead that such a trial takes while it is open, where it may be overtaken.

With one, the largest networks are told late and the search loses by it; with three it does not, and sixteen workers
still have enough to do: see "Look-ahead" in runs/results.
"""


class TellOrder(StrEnum):
    """The orders, and how they read in a sentence."""

    TRIAL = "trial"
    """By number: a trial is told once all before it are."""
    EXPECTED = "expected"
    """By expected finish: trials of ``OUTSIZED`` multiply-adds are overtaken, for as long as those say."""
    COMPLETION = "completion"
    """As they finish: no worker ever waits, and rows depend on how long trials take."""

    @property
    def said(self) -> str:
        """The order in words."""
        return {"trial": "by number", "expected": "by expected finish", "completion": "as they finish"}[self]
