"""Catches: a bound that is read as another number or comparison, a size at the bound on the wrong side, two texts of
one bound that make two searches, a text that is none and ends in a traceback, bounds that no size is within."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.constraints.constraint import Comparison, Constraint, SizeName, checked_texts, constraints_of
from spaces import Complexity
from tasks.foundation.errors import UsageError


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("params<1e6", "params<1000000"),
        ("params < 1000000", "params<1000000"),
        ("macs<=100M", "macs<=100000000"),
        ("macs<=.1g", "macs<=100000000"),
        (" params>=1.5k ", "params>=1500"),
        ("params>2e3K", "params>2000000"),
        ("params<1.5", "params<2"),
        ("params<=1.5", "params<=1"),
        ("params>1.5", "params>1"),
        ("params>=1.5", "params>=2"),
        ("params>=1e-9999", "params>=1"),
        ("macs<=1E18", f"macs<={10**18}"),
    ],
)
def test_a_bound_is_kept_as_a_whole_number_that_means_the_same(text: str, kept: str) -> None:
    assert checked_texts([text]) == (kept,) == checked_texts(kept)


def test_order_and_repetition_make_no_difference() -> None:
    assert checked_texts(["params<9", "macs>5", "params<9.0"]) == ("macs>5", "params<9")


@pytest.mark.parametrize(
    ("comparison", "within"), [("<", [3]), ("<=", [3, 4]), (">", [5]), (">=", [4, 5])], ids=lambda value: str(value)
)
@pytest.mark.parametrize("name", SizeName)
def test_sizes_around_a_bound(name: SizeName, comparison: str, within: list[int]) -> None:
    (constraint,) = constraints_of([f"{name}{comparison}4"])
    others = {"params": 99, "macs": 99}
    sizes = {value: Complexity(**others | {name: value}) for value in (3, 4, 5)}
    assert [value for value, size in sizes.items() if constraint.admits(size)] == within
    assert [value for value, size in sizes.items() if constraint.excess(size) == 0] == within


def test_what_is_further_outside_exceeds_by_more_in_parts_of_the_bound() -> None:
    (constraint,) = constraints_of(["params<10"])
    assert [constraint.excess(Complexity(value, 0)) for value in (9, 10, 19)] == [0.0, 0.1, 1.0]
    (none,) = constraints_of(["params<=0"])
    assert none.excess(Complexity(2, 0)) == 3.0


@pytest.mark.parametrize(
    "text",
    [
        *("", "params", "params<", "params=5", "params<1 MB", "param<5", "flops<5", "params<-1", "params<nan"),
        *("params<1e99999", "params<2e18", "params<1,5", "5>params", "params<5<6"),
    ],
)
def test_what_is_no_bound_is_refused_in_a_line(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--constraint '") as caught:
        constraints_of([text])
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "texts",
    [["params<5", "params>=5"], ["params<5", "params>4"], ["macs<=4", "macs>4", "params<9"], ["params<0"]],
)
def test_bounds_that_leave_no_size_are_refused(texts: list[str]) -> None:
    with pytest.raises(UsageError, match="no network has such a size"):
        constraints_of(texts)
    constraints_of(["params<=5", "params>=5", "macs>9"])


@given(st.sampled_from(SizeName), st.sampled_from(Comparison), st.integers(0, 10**18))
def test_the_text_of_a_bound_is_read_back(name: SizeName, comparison: Comparison, bound: int) -> None:
    constraint = Constraint(name, comparison, bound)
    if (name, comparison, bound) != (name, Comparison.BELOW, 0):
        assert constraints_of([str(constraint)]) == (constraint,)
