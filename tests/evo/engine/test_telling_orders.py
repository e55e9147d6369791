"""Catches: a trial that is told out of its turn, one that nothing overtakes although it is far larger than others, an
order that depends on when trials are scored although it should not, a duplicate told before its original."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from evo.engine.telling_orders import (
    WINDOW,
    AsCompleted,
    ByExpectedFinish,
    ByNumber,
    TellingOrder,
    telling_order,
    usual_order,
)
from evo.records.tell_order import OUTSIZED, TellOrder
from evo.records.trial import Trial
from fitness import FITNESSES, Fitness
from spaces import SPACES, Complexity
from tests.runs import toy_config
from tests.tiny import TinyNetworks
from tests.toy import BitStrings


def trial(number: int, text: str = "") -> Trial:
    return Trial(number, None, None, text, text, 0)


def macs(text: str) -> Complexity | None:
    return Complexity(0, int(text)) if text else None


def told(order: TellingOrder, sizes: Sequence[object], ahead: int) -> list[int]:
    """Return the order in which trials of these sizes are told, ``ahead`` of them open at a time."""
    proposed, found = 0, list[int]()
    while len(found) < len(sizes):
        while proposed < len(sizes) and proposed - len(found) < ahead:
            order.proposed(trial(proposed, str(sizes[proposed])), proposed)
            proposed += 1
        number = order.next()
        assert number is not None
        found.append(number)
        order.told(number)
    return found


def test_by_number_is_by_number_whatever_was_scored() -> None:
    order = ByNumber()
    order.proposed(trial(0), 0)
    order.proposed(trial(1), 1)
    order.scored(1)
    assert order.next() == 0
    order.told(0)
    assert order.next() == 1


def test_networks_of_ordinary_size_are_told_by_number() -> None:
    sizes = [100, 499, 40, 1, 250, 120, 90, 499, 100, 3]
    assert told(ByExpectedFinish(4, macs), sizes, 4) == list(range(10))
    assert told(ByExpectedFinish(4, macs), [""] * 6, 4) == list(range(6))  # which have none


def test_an_outsized_network_is_overtaken_for_as_long_as_it_takes() -> None:
    """Two virtual workers: 0 and 1 end at 1, 3, of five times the median, begins then and ends at 6. On the other one
    2, 4, 5, 6 and 7 end at 2, 3, 4, 5 and 6; of 3 and 7 the lower number comes first."""
    sizes = [100, 100, 100, 500, *[100] * 8]
    assert told(ByExpectedFinish(4, macs), sizes, 4) == [0, 1, 2, 4, 5, 6, 3, 7, 8, 9, 10, 11]


def test_five_times_the_median_is_outsized_and_less_is_not() -> None:
    assert OUTSIZED == 5
    small = told(ByExpectedFinish(4, macs), [100, 100, 100, 499, *[100] * 8], 4)
    large = told(ByExpectedFinish(4, macs), [100, 100, 100, 500, *[100] * 8], 4)
    assert small == list(range(12))
    assert large == [0, 1, 2, 4, 5, 6, 3, 7, 8, 9, 10, 11]


def test_the_median_is_that_of_the_last_trials() -> None:
    order = ByExpectedFinish(4, macs)
    lengths = [order._length("10") for _ in range(WINDOW)] + [order._length("100") for _ in range(WINDOW // 2 + 2)]
    assert lengths[:WINDOW] == [1.0] * WINDOW
    assert lengths[WINDOW] == 10.0
    assert lengths[-1] == 1.0  # most of the last are as large
    assert len(order._sorted) == len(order._last) == WINDOW


def test_a_look_ahead_of_one_has_one_virtual_worker() -> None:
    assert told(ByExpectedFinish(1, macs), [1, 100, 1, 1], 1) == [0, 1, 2, 3]


def test_open_trials_of_outsized_networks_take_three_places() -> None:
    """Of five the third and the fifth have 100 times the median; a trial that takes a score needs no place more."""
    order = ByExpectedFinish(8, macs)
    reserved = []
    for number, size in enumerate(["1", "1", "100", "1", "100"]):
        order.proposed(trial(number, size), number)
        reserved.append(order.reserved())
    order.proposed(trial(5, "100"), 2)
    assert [*reserved, order.reserved()] == [0, 0, 2, 2, 4, 4]
    for left in (4, 4, 4, 2, 2, 0):  # 0, 1, 3, then 2, the one that takes its score, and 4
        number = order.next()
        assert number is not None
        order.told(number)
        assert order.reserved() == left
    assert ByNumber().reserved() == AsCompleted(()).reserved() == 0


@pytest.mark.parametrize("make", [lambda: ByExpectedFinish(8, macs), lambda: AsCompleted(())])
def test_one_that_takes_anothers_score_is_told_behind_it(make: Callable[[], TellingOrder]) -> None:
    order = make()
    for number, original in enumerate([0, 1, 0, 3, 0]):
        order.proposed(trial(number, "500" if original == 0 else "1"), original)
    for number in (3, 0, 1):
        order.scored(number)
    found = list[int]()
    while (first := order.next()) is not None:
        found.append(first)
        order.told(first)
    assert sorted(found) == [0, 1, 2, 3, 4]
    assert [number for number in found if number in (0, 2, 4)] == [0, 2, 4]


def test_completion_is_by_what_is_scored_first() -> None:
    order = AsCompleted(())
    for number in range(3):
        order.proposed(trial(number), number)
    assert order.next() is None
    for number in (2, 0):
        order.scored(number)
    assert order.next() == 2
    order.told(2)
    order.proposed(trial(3), 2)  # which takes the score of one that is told already
    assert order.next() == 3
    order.told(3)
    assert order.next() == 0
    order.told(0)
    assert order.next() is None


def test_what_a_former_process_logged_comes_first_and_as_it_was_logged() -> None:
    order = AsCompleted([2, 0])
    for number in range(4):
        order.proposed(trial(number), number)
    order.scored(3)
    found = []
    for _ in range(3):
        number = order.next()
        assert number is not None
        found.append(number)
        order.told(number)
    assert found == [2, 0, 3]


def test_an_order_that_is_no_completion_hears_nothing_of_when_trials_are_scored() -> None:
    rng = random.Random(3)
    sizes = [rng.choice([1, 1, 1, 9]) for _ in range(60)]

    class Hears(ByExpectedFinish):
        def told(self, trial_id: int) -> None:
            self.scored(rng.randrange(60))
            super().told(trial_id)

    assert told(Hears(8, macs), sizes, 8) == told(ByExpectedFinish(8, macs), sizes, 8)


@pytest.mark.parametrize(
    ("order", "kind"),
    [(TellOrder.TRIAL, ByNumber), (TellOrder.EXPECTED, ByExpectedFinish), (TellOrder.COMPLETION, AsCompleted)],
)
def test_the_configuration_says_which(order: TellOrder, kind: type) -> None:
    assert type(telling_order(replace(toy_config(), tell_order=order), macs, list)) is kind


def test_networks_that_are_trained_are_told_by_expected_finish_and_nothing_else_is() -> None:
    trained, counted = FITNESSES.build("regression", {"task": "N"}), FITNESSES.build("params", {})
    networks = SPACES.build("nasbench201", {})
    assert usual_order(networks, Fitness.of(trained)) is TellOrder.EXPECTED
    assert usual_order(networks, Fitness.of(counted)) is TellOrder.TRIAL
    assert usual_order(BitStrings(), Fitness.of(trained)) is TellOrder.TRIAL
    assert usual_order(TinyNetworks(), Fitness.of(counted)) is TellOrder.TRIAL
