"""Catches: a second search that starves, two that take from each other for ever, room given that helps nobody."""

import pytest

from evo.cluster.room import Need
from evo.cluster.sharing import Holding, fair_part, poorer_waits, to_give
from tests.evo.cluster.machines import machine

FULL = [machine("a", 4, free_cpus=0), machine("b", 4, free_cpus=0)]
CPU = Need()


def held(a: int, b: int = 0, *, waiting: int = 0, need: Need = CPU) -> Holding:
    return Holding(need, ("a",) * a + ("b",) * b, waiting)


@pytest.mark.parametrize(
    ("mine", "other", "given"),
    [
        (held(4, 4), held(0, waiting=8), 4),
        (held(4, 4), held(0, waiting=1), 1),
        (held(4, 1), held(0, 3, waiting=5), 1),
        (held(4), held(0, 4, waiting=4), 0),
        (held(4), held(0, 3, waiting=5), 0),  # one more, which only changes who has it
        (held(2, 1), held(2, 3, waiting=1), 0),
        (held(1), held(0, waiting=1), 0),  # whoever gives keeps one
        (held(2), held(0, waiting=1), 1),
        (held(4, 4), held(0), 0),
    ],
)
def test_a_waiting_search_gets_its_half_and_no_more(mine: Holding, other: Holding, given: int) -> None:
    assert len(to_give(FULL, mine, [other])) == given


def test_three_searches_share_alike() -> None:
    six = [machine("a", 9, free_cpus=0)]
    assert len(to_give(six, held(9), [held(0, waiting=9), held(0, waiting=9)])) == 4 + 2  # 5 and 4, then 3 and 2
    assert len(to_give(six, held(5), [held(4), held(0, waiting=9)])) == 2


def test_nothing_is_given_for_what_is_free_or_for_what_would_not_fit() -> None:
    free = [machine("a", 4, free_cpus=0), machine("b", 4, free_cpus=1)]
    assert to_give(free, held(4, 3), [held(0, waiting=1)]) == []
    assert len(to_give(free, held(4, 3), [held(0, waiting=3)])) == 2
    assert to_give(FULL, held(4, 4), [held(0, waiting=1, need=Need(gpus=1.0))]) == []
    assert to_give(FULL, held(4, 4), [held(0, waiting=1, need=Need(5.0))]) == []


def test_one_that_needs_several_gets_them_of_one_machine() -> None:
    assert to_give(FULL, held(3, 4), [held(0, waiting=2, need=Need(4.0))]) == ["b"] * 4  # 3 and 4
    assert to_give(FULL, held(3, 4), [held(1, waiting=1, need=Need(4.0))]) == []
    assert to_give(FULL, held(0, 4), [held(0, waiting=1, need=Need(4.0))]) == []
    nearly = [machine("a", 4, free_cpus=3), machine("b", 4, free_cpus=0)]
    assert to_give(nearly, held(1, 4), [held(0, waiting=1, need=Need(4.0))]) == ["a"]


def test_searches_on_gpus_are_compared_by_gpus() -> None:
    nodes = [machine("a", 8, 2, free_cpus=2, free_gpus=0)]
    half, whole = Need(gpus=0.5), Need(4.0, 1.0)
    assert to_give(nodes, held(4, need=half), [held(0, waiting=1, need=whole)]) == ["a", "a"]
    assert to_give(nodes, held(2, need=half), [held(1, waiting=1, need=whole)]) == []


def test_nobody_takes_more_while_a_poorer_one_waits() -> None:
    assert poorer_waits(FULL, held(4), [held(0, 4, waiting=1)])
    assert not poorer_waits(FULL, held(3), [held(1, 4, waiting=1)])
    assert not poorer_waits(FULL, held(4, 4), [held(0)])
    assert not poorer_waits(FULL, held(4, 4), [held(0, waiting=1, need=Need(gpus=1.0))])
    assert poorer_waits([machine("a", 4)], held(0), [held(0, waiting=1)])  # what is free is its own in a moment
    assert not poorer_waits(FULL, held(0), [held(0, waiting=1)])


@pytest.mark.parametrize("total", [7, 8])
def test_two_searches_come_to_rest(total: int) -> None:
    one, other = held(total), held(0, waiting=total)
    nodes = [machine("a", total, free_cpus=0)]
    moves = 0
    while given := len(to_give(nodes, one, [other])):
        one = held(len(one.nodes) - given, waiting=given)
        other = held(given, waiting=total - given)
        moves += given
    assert moves == total // 2
    assert to_give(nodes, other, [one]) == []


@pytest.mark.parametrize(("capacity", "others", "part"), [(8, 0, 0), (8, 1, 4), (8, 2, 2), (1, 3, 0)])
def test_a_part_is_fair_among_all_searches(capacity: int, others: int, part: int) -> None:
    assert fair_part(capacity, others) == part
