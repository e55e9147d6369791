"""Catches: a search that hangs, or ends in twenty lines of Ray's, once the head of its cluster is gone; one that is
given up while the head is there or comes back in time."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from evo.cluster import head_watch
from evo.cluster.head_watch import HeadWatch, await_head, check_head
from evo.records.failures import LostClusterError


@pytest.fixture
def head(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """What listens at a place, asked every few milliseconds."""
    monkeypatch.setattr(head_watch, "BEAT_S", 0.01)
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        yield server


def place_of(head: socket.socket) -> str:
    return f"127.0.0.1:{head.getsockname()[1]}"


def silent(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(HeadWatch, "silent_s", seconds)


def test_a_head_that_is_there_is_gone_on_with(head: socket.socket) -> None:
    with HeadWatch() as watch:
        watch.begin(place_of(head))
        check_head()
        await_head()


def test_a_head_that_is_gone_is_given_up_after_a_while(head: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    place = place_of(head)
    with HeadWatch() as watch:
        watch.begin(place)
        head.close()
        silent(monkeypatch, 24.9)
        check_head()  # it may come back
        silent(monkeypatch, 25.0)
        for look in (check_head, await_head):
            with pytest.raises(LostClusterError, match=rf"{place} has not answered for 25 s$"):
                look()


def test_a_head_that_comes_back_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [False, False, True]
    monkeypatch.setattr(head_watch, "BEAT_S", 0.01)
    monkeypatch.setattr(HeadWatch, "_ask", lambda watch: answers.pop(0))
    monkeypatch.setattr(HeadWatch, "_watch", lambda watch: None)
    with HeadWatch() as watch:
        watch.begin("127.0.0.1:1")
        await_head()
    assert answers == []


def test_every_answer_begins_the_count_anew(head: socket.socket) -> None:
    with HeadWatch() as watch:
        watch.begin(place_of(head))
        watch._answered -= 1_000
        await_head()
        assert watch.silent_s < 900
        watch._answered -= 1_000
        while watch.silent_s > 900:  # until the thread has asked
            time.sleep(0.01)


@pytest.mark.parametrize(("seconds", "ended"), [(49.0, False), (51.0, True)])
def test_what_hangs_is_ended_before_ray_does_it(
    head: socket.socket, monkeypatch: pytest.MonkeyPatch, seconds: float, ended: bool
) -> None:
    asked, said = threading.Semaphore(0), []
    monkeypatch.setattr(head_watch, "end_own_process", said.append)
    monkeypatch.setattr(HeadWatch, "_ask", lambda watch: asked.release())  # None: no answer
    silent(monkeypatch, seconds)
    with HeadWatch() as watch:
        watch.begin(place_of(head))
        for _ in range(3):
            asked.acquire()
    words = f"the head of the Ray cluster at {place_of(head)} has not answered for 51 s, and Ray hangs; what was"
    assert all(line.startswith(words) for line in said)
    assert bool(said) is ended


def test_afterwards_nobody_is_asked(head: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    with HeadWatch() as watch:
        watch.begin(place_of(head))
    silent(monkeypatch, 1_000.0)
    check_head()
    await_head()
    with HeadWatch():  # of which nothing was begun
        check_head()
