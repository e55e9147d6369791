"""Catches: workers that wait in silence, a line for every worker that starts, the same line over and over."""

import logging

import pytest

from evo.engine.pool.staff_line import EVERY_S, REMIND_S, StaffLine
from evo.records.pool_state import PoolState


def waiting(up: int, starting: int, count: int, kind: str = "GPU") -> PoolState:
    return PoolState(up=up, starting=starting, waiting=count, waiting_for=kind, wanted=up + starting + count)


def all_up(count: int, starting: int = 0) -> PoolState:
    return PoolState(up=count - starting, starting=starting, wanted=count)


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What was logged."""
    caplog.set_level(logging.INFO)
    return caplog


def hear(line: StaffLine, *states: tuple[float, PoolState]) -> None:
    for now, state in states:
        line.hear(state, now)


def test_a_pool_that_has_all_its_room_says_nothing(said: pytest.LogCaptureFixture) -> None:
    line = StaffLine("workers")
    hear(line, *((100.0 + 10 * now, all_up(3, starting=3 - now)) for now in range(4)), (300.0, all_up(3, starting=1)))
    assert said.messages == []


def test_what_waits_is_said_from_the_start_and_until_it_is_there(said: pytest.LogCaptureFixture) -> None:
    line = StaffLine("workers")
    hear(line, (0.5, waiting(0, 2, 2)), (10.0, waiting(2, 0, 2)), (20.0, waiting(2, 0, 2)), (30.0, all_up(4)))
    hear(line, (40.0, all_up(4)))
    assert said.messages == [
        "0 of 4 workers up, 2 starting, 2 waiting for a GPU",
        "2 of 4 workers up, 2 waiting for a GPU for 10 s",
        "4 of 4 workers up",
    ]


def test_changes_in_quick_succession_are_one_line(said: pytest.LogCaptureFixture) -> None:
    line = StaffLine("workers")
    hear(line, *((now, waiting(int(now), 0, 9, "CPU")) for now in (1.0, 2.0, 3.0, 1.0 + EVERY_S)))
    assert said.messages[0] == "1 of 10 workers up, 9 waiting for a CPU"
    assert said.messages[1:] == ["6 of 15 workers up, 9 waiting for a CPU for 5 s"]


def test_a_pool_that_has_nobody_says_so_again(said: pytest.LogCaptureFixture) -> None:
    line = StaffLine("supernets")
    hear(line, *((10.0 * now, waiting(0, 0, 1)) for now in range(1, 14)))
    assert said.messages == [
        "0 of 1 supernets up, 1 waiting for a GPU",
        f"0 of 1 supernets up, 1 waiting for a GPU for {REMIND_S:.0f} s",
        f"0 of 1 supernets up, 1 waiting for a GPU for {2 * REMIND_S:.0f} s",
    ]


def test_more_and_fewer_workers_are_said(said: pytest.LogCaptureFixture) -> None:
    line = StaffLine("workers")
    hear(line, (1.0, all_up(2)), (11.0, all_up(4, starting=2)), (21.0, all_up(4)), (31.0, all_up(3)))
    assert said.messages == ["2 of 4 workers up, 2 starting", "3 of 3 workers up"]
