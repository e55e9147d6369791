"""Catches: a node that went away or joined unnoticed, actors on a node that was left out, a cluster that is
looked at all the time."""

import logging

import pytest

from evo.cluster.room import Need
from evo.cluster.view import View
from evo.engine.pool.surroundings import LOOK_S, LOOK_SOON_S, Surroundings
from tests.evo.cluster.machines import machine

A, B, C = machine("a", 4), machine("b", 4), machine("c", 0)


def around(*views: View) -> Surroundings:
    seen, before = iter(views), [View()]

    def look(known: View) -> View:
        assert known == before[-1]
        before.append(next(seen))
        return before[-1]

    return Surroundings(Need(), look=look)


def test_nodes_come_and_go() -> None:
    pool = around(View((A,)), View((A, B)), View((B,)), View((A, B)))
    assert [pool.look(now) for now in (1.0, 2.0, 3.0, 4.0)] == [False, True, False, True]
    assert pool.nodes_lost == 1


def test_a_node_is_left_out_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    pool = around(View((A, B, C)))
    pool.look(1.0)
    assert [node.name for node in pool.usable] == ["a", "b"]  # c has no CPU
    for _ in range(2):
        pool.leave_out("a", "it has torch 1.0")
    assert caplog.messages == ["node a is left out: it has torch 1.0"]
    assert ([node.name for node in pool.usable], pool.avoided) == (["b"], frozenset("a"))


def test_it_looks_now_and_then_and_more_often_while_somebody_waits() -> None:
    pool = around(View((A,)))
    assert pool.is_due(1.0, soon=False)
    pool.look(1.0)
    assert not pool.is_due(1.0 + LOOK_S / 2, soon=False)
    assert pool.is_due(1.0 + LOOK_S, soon=False)
    assert pool.is_due(1.0 + LOOK_SOON_S, soon=True)
    assert not pool.is_due(1.0 + LOOK_SOON_S / 2, soon=True)


def test_what_is_lacking_is_seen() -> None:
    pool = around(View((machine("a", 4, 1, free_cpus=0),)))
    pool.look(1.0)
    assert pool.lacks == "CPU"
