"""Catches: a candidate that is counted twice, one that is outside and admitted or the other way round, one that cannot
be built and is called outside, a row without the size that was asked for, a nearest size that is not the nearest."""

import pytest

from evo.constraints import size_limits as module
from evo.constraints.constraint import constraints_of
from evo.constraints.size_limits import MOST_TRIES, Refused, SizeLimits
from evo.records.failures import FailedRunError, OutsideConstraintsError
from spaces import Complexity

BROKEN = "broken"


class Counted:
    """Counts ``length`` parameters and ten times as many multiply-adds for each letter, and keeps what was asked."""

    def __init__(self, length: int = 1, broken: str = BROKEN) -> None:
        self.length, self.broken = length, broken
        self.asked: list[str] = []

    def __call__(self, text: str) -> Complexity | None:
        self.asked.append(text)
        count = self.length * len(text)
        return None if text == self.broken else Complexity(count, 10 * count)


def limits_of(*texts: str, own: Counted | None = None, asked: Counted | None = None) -> SizeLimits:
    return SizeLimits(constraints_of(texts), own or Counted(), asked)


def test_who_is_within_all_bounds_is_admitted() -> None:
    limits = limits_of("params<=3", "macs>10")
    assert [text for text in ("a", "aa", "aaa", "aaaa") if limits.admits(text)] == ["aa", "aaa"]
    assert limits.refusal("aaaa") == "is outside macs>10, params<=3: 4 params, 40 macs"


def test_a_candidate_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Counted()
    limits = limits_of("params<=3", own=own)
    refused = Refused(limits)
    for _ in range(3):
        assert refused.takes("aa")
        assert not refused.takes("aaaa")
        assert refused.takes(BROKEN)
    assert own.asked == ["aa", "aaaa", BROKEN]
    monkeypatch.setattr(module, "CACHED", 3)
    limits.admits("a")  # what was known is forgotten, and counted again
    assert limits.admits("aa")
    assert own.asked == ["aa", "aaaa", BROKEN, "a", "aa"]


def test_bounds_hold_at_the_size_that_is_asked_for_and_the_row_has_it() -> None:
    limits = limits_of("params<=9", own=Counted(), asked=Counted(length=3))
    assert limits.admits("aaa")
    assert not limits.admits("aaaa")
    earlier = {"loss": 1.0, "constraint.params": 99.0, "constraint.macs": 99.0}
    assert limits.noted(earlier, "aa") == {"loss": 1.0, "constraint.params": 6.0, "constraint.macs": 60.0}
    assert limits.noted(earlier, BROKEN) == {"loss": 1.0}


def test_without_another_size_a_row_stays_as_it_is() -> None:
    metrics = {"loss": 1.0}
    assert limits_of("params<=9").noted(metrics, "aa") is metrics


def test_what_cannot_be_built_is_not_outside_unless_only_at_the_other_size() -> None:
    assert limits_of("params<=1").admits(BROKEN)
    there = Counted(broken="there")
    assert limits_of("params<=9", asked=Counted()).admits(BROKEN)
    limits = limits_of("params<=9", asked=there)
    assert not limits.admits("there")
    assert limits.refusal("there") == "is outside params<=9: cannot be built there"


def test_the_refused_are_counted_and_the_nearest_is_said() -> None:
    refused = Refused(limits_of("params<=3", "macs<=20"))
    taken = [text for text in ("a" * 9, "aaaa", "aa", "aaa", "a" * 5) if refused.takes(text)]
    assert (taken, refused.count, refused.nearest) == (["aa"], 4, Complexity(3, 30))
    assert refused.lines() == ["4 proposals outside the constraints (macs<=20, params<=3)"]
    with pytest.raises(OutsideConstraintsError) as caught:
        refused.give_up()
    assert isinstance(caught.value, FailedRunError)
    assert f"none of {MOST_TRIES:,} candidates in a row is within macs<=20, params<=3" in str(caught.value)
    assert "the nearest size seen is 3 params, 30 macs" in str(caught.value)


def test_one_is_no_plural_and_thousands_are_readable() -> None:
    refused = Refused(limits_of("params<=3"))
    refused.takes("aaaa")
    assert refused.lines()[0].startswith("1 proposal outside")
    refused.count = 1_234
    assert refused.lines()[0].startswith("1,234 proposals")
