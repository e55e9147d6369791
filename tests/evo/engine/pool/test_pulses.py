"""Catches: a worker that is taken for frozen because the cluster, or its place's former worker, says nothing."""

import os
import threading

import pytest

from evo.cluster.pulse import Beat
from evo.engine.pool import pulses as module
from evo.engine.pool.pulses import SILENCE_S, Pulses
from tests.fake_actors import FakeNotes


class Listened:
    """One place, a clock, and what is noted."""

    def __init__(self) -> None:
        self.now, self.notes = 100.0, FakeNotes()
        self.pulses = Pulses(self.notes, lambda: self.now)
        self.key = self.pulses.new_key(0)

    def beat(self, count: int, kills: int | None = None, node: str = "here", *, leaving: bool = False) -> None:
        self.notes.texts[self.key] = Beat(count, node, kills, leaving).text()

    def silent_after(self, seconds: float) -> bool:
        self.now += seconds
        self.pulses.listen()
        return self.pulses.is_silent(0)


def test_who_was_never_heard_is_not_silent() -> None:
    heard = Listened()
    assert not heard.silent_after(1000.0)
    assert not heard.pulses.is_silent(5)
    assert heard.pulses.key(5) == ""


def test_who_beats_no_more_is_silent_after_ten_seconds_and_no_more_once_it_beats() -> None:
    heard = Listened()
    heard.beat(1)
    assert not heard.silent_after(0.0)
    assert not heard.silent_after(9.9)
    assert heard.silent_after(0.1)
    heard.beat(2)
    assert not heard.silent_after(0.0)
    assert not heard.silent_after(9.9)


def test_time_in_which_nobody_was_asked_does_not_count() -> None:
    heard = Listened()
    heard.beat(1)
    assert not heard.silent_after(0.0)
    heard.notes.broken = True
    assert not heard.silent_after(1000.0)
    heard.notes.broken = False
    heard.notes.texts[heard.key] = "no beat"
    assert not heard.silent_after(1000.0)


def test_another_worker_in_the_place_is_judged_by_itself() -> None:
    heard = Listened()
    heard.beat(1)
    heard.silent_after(0.0)
    assert heard.silent_after(SILENCE_S)
    former = heard.key
    heard.key = heard.pulses.new_key(0)
    assert heard.key != former == former
    assert heard.pulses.key(0) == heard.key
    assert not heard.silent_after(0.0)


def test_the_note_of_a_former_worker_is_cleared_away() -> None:
    heard = Listened()
    heard.beat(1)
    other = heard.pulses.new_key(1)
    heard.notes.texts[other] = Beat(1, "here", None).text()
    heard.pulses.new_key(0)
    assert list(heard.notes.texts) == [other]
    heard.notes.broken = True
    assert heard.pulses.new_key(1) != other


def test_a_worker_that_is_replaced_while_it_is_listened_to_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Listened()
    read = heard.notes.read

    def replaced_meanwhile(key: str) -> str | None:
        text = read(key)
        monkeypatch.undo()
        heard.key = heard.pulses.new_key(0)
        return text

    heard.beat(1)
    monkeypatch.setattr(heard.notes, "read", replaced_meanwhile)
    heard.pulses.listen()
    assert heard.pulses.node(0) is None
    heard.beat(1)
    heard.pulses.listen()
    assert heard.pulses.node(0) == "here"
    assert len(heard.pulses._heard) == 1


def test_an_answer_is_a_sign_of_life_and_twice_such_a_silence_is_borne_from_then_on() -> None:
    heard = Listened()
    heard.beat(1)
    heard.silent_after(0.0)
    assert heard.silent_after(12.0)
    for _ in range(16):  # as often as there are workers that were silent then
        heard.pulses.bear_with(0)
    assert not heard.silent_after(23.9)
    assert heard.silent_after(0.1)
    heard.pulses.bear_with(5)


def test_a_silence_counts_although_the_actor_beats_again_before_it_answers() -> None:
    heard = Listened()
    heard.beat(1)
    heard.silent_after(0.0)
    assert heard.silent_after(11.0)
    for count in (2, 3):
        heard.beat(count)
        heard.silent_after(1.0)
    heard.silent_after(1.0)
    heard.pulses.bear_with(0)
    assert not heard.silent_after(21.9)
    assert heard.silent_after(0.1)


@pytest.mark.parametrize(("silence", "borne"), [(3.0, 10.0), (31.0, 60.0), (1e4, 60.0)])
def test_no_silence_is_borne_for_ever(silence: float, borne: float) -> None:
    heard = Listened()
    heard.beat(1)
    heard.silent_after(0.0)
    heard.silent_after(silence)
    heard.pulses.bear_with(0)
    assert not heard.silent_after(borne - 0.1)
    assert heard.silent_after(0.1)


def test_who_was_told_to_go_has_said_so_last() -> None:
    heard = Listened()
    assert not heard.pulses.was_told_to_go(heard.key)
    heard.beat(1)
    assert not heard.pulses.was_told_to_go(heard.key)
    heard.beat(2, leaving=True)
    assert heard.pulses.was_told_to_go(heard.key)
    assert not heard.pulses.was_told_to_go(heard.pulses.new_key(0))
    assert heard.pulses.was_told_to_go(heard.key)
    assert not heard.pulses.was_told_to_go("")


def test_the_machine_and_what_it_had_killed_are_known_from_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "memory_kills", lambda: 9)
    heard = Listened()
    assert heard.pulses.node(0) is None
    assert heard.pulses.kills("here") is None
    assert heard.pulses.kills(None) is None
    heard.beat(1, kills=4)
    heard.pulses.listen()
    assert (heard.pulses.node(0), heard.pulses.heard_kills("here"), heard.pulses.kills("here")) == ("here", 4, 4)
    heard.beat(2, kills=3)
    heard.pulses.listen()
    assert heard.pulses.kills("here") == 4
    this = os.uname().nodename
    heard.beat(3, kills=4, node=this)
    heard.pulses.listen()
    assert (heard.pulses.heard_kills(this), heard.pulses.kills(this)) == (4, 9)  # this process looks for itself


def test_it_listens_in_a_thread_of_its_own_until_it_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEAT_S", 0.001)
    heard = Listened()
    heard.beat(1)
    others = threading.active_count()
    heard.pulses.start()
    while heard.pulses.node(0) is None:
        pass
    heard.pulses.close()
    assert threading.active_count() == others
    assert heard.notes.texts == {}


def test_closing_bears_a_cluster_that_is_gone() -> None:
    heard = Listened()
    heard.notes.broken = True
    heard.pulses.close()
