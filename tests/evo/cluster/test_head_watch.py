"""Catches: a search that hangs, or ends in twenty lines of Ray's, once the head of its cluster is gone; one that is
given up while the head is there or comes back in time."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent import futures
from dataclasses import dataclass

import grpc
import pytest

from evo.cluster import head_watch
from evo.cluster.head_watch import HeadWatch, await_head, check_head
from evo.records.failures import LostClusterError


@dataclass
class Head:
    """A server of a port that knows no call, which is an answer, too."""

    server: grpc.Server
    port: int

    def close(self) -> None:
        self.server.stop(None).wait()


@pytest.fixture
def head(monkeypatch: pytest.MonkeyPatch) -> Iterator[Head]:
    """What answers at an address, asked every few milliseconds."""
    monkeypatch.setattr(head_watch, "BEAT_S", 0.01)
    server = grpc.server(futures.ThreadPoolExecutor(1))
    found = Head(server, server.add_insecure_port("127.0.0.1:0"))
    server.start()
    yield found
    found.close()


def address_of(head: Head) -> str:
    return f"127.0.0.1:{head.port}"


def silent(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(HeadWatch, "silent_s", seconds)


def test_a_head_that_is_there_is_gone_on_with(head: Head) -> None:
    with HeadWatch() as watch:
        watch.begin(address_of(head))
        check_head()
        await_head()


def test_a_head_that_is_gone_is_given_up_after_a_while(head: Head, monkeypatch: pytest.MonkeyPatch) -> None:
    address = address_of(head)
    with HeadWatch() as watch:
        watch.begin(address)
        head.close()
        silent(monkeypatch, 24.9)
        check_head()  # it may come back
        silent(monkeypatch, 25.0)
        for look in (check_head, await_head):
            with pytest.raises(LostClusterError, match=rf"{address} has not answered for 25 s$"):
                look()


def test_a_head_that_is_stopped_does_not_answer_though_it_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head_watch, "ANSWER_S", 0.05)
    monkeypatch.setattr(HeadWatch, "_watch", lambda watch: None)
    with socket.create_server(("127.0.0.1", 0)) as stopped, HeadWatch() as watch:  # which nobody accepts a call of
        watch.begin(f"127.0.0.1:{stopped.getsockname()[1]}")
        silent(monkeypatch, 25.0)
        with pytest.raises(LostClusterError):
            await_head()


def test_a_driver_that_was_stopped_for_long_asks_before_it_gives_the_head_up(
    head: Head, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HeadWatch, "_watch", lambda watch: None)
    with HeadWatch() as watch:
        watch.begin(address_of(head))
        watch._answered -= 40
        check_head()
        assert watch.silent_s < 25


def test_a_call_that_a_stop_has_cut_short_ends_nothing(head: Head, monkeypatch: pytest.MonkeyPatch) -> None:
    answers, asked, said = [False, True], threading.Semaphore(0), []

    def ask(watch: HeadWatch) -> bool:
        asked.release()
        return answers.pop(0) if answers else True

    monkeypatch.setattr(head_watch, "end_own_process", said.append)
    monkeypatch.setattr(HeadWatch, "_ask", ask)
    silent(monkeypatch, 60.0)
    with HeadWatch() as watch:
        watch.begin(address_of(head))
        for _ in range(3):
            asked.acquire()
    assert said == []


def test_a_head_that_comes_back_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [False, False, True]
    monkeypatch.setattr(head_watch, "BEAT_S", 0.01)
    monkeypatch.setattr(HeadWatch, "_ask", lambda watch: answers.pop(0))
    monkeypatch.setattr(HeadWatch, "_watch", lambda watch: None)
    with HeadWatch() as watch:
        watch.begin("127.0.0.1:1")
        await_head()
    assert answers == []


def test_every_answer_begins_the_count_anew(head: Head) -> None:
    with HeadWatch() as watch:
        watch.begin(address_of(head))
        watch._answered -= 1_000
        await_head()
        assert watch.silent_s < 900
        watch._answered -= 1_000
        while watch.silent_s > 900:  # until the thread has asked
            time.sleep(0.01)


@pytest.mark.parametrize(("seconds", "ended"), [(49.0, False), (51.0, True)])
def test_what_hangs_is_ended_before_ray_does_it(
    head: Head, monkeypatch: pytest.MonkeyPatch, seconds: float, ended: bool
) -> None:
    asked, said = threading.Semaphore(0), []
    monkeypatch.setattr(head_watch, "end_own_process", said.append)
    monkeypatch.setattr(HeadWatch, "_ask", lambda watch: asked.release())  # None: no answer
    silent(monkeypatch, seconds)
    with HeadWatch() as watch:
        watch.begin(address_of(head))
        for _ in range(3):
            asked.acquire()
    words = f"the head of the Ray cluster at {address_of(head)} has not answered for 51 s, and Ray hangs; what was"
    assert all(line.startswith(words) for line in said)
    assert bool(said) is ended


def test_afterwards_nobody_is_asked(head: Head, monkeypatch: pytest.MonkeyPatch) -> None:
    with HeadWatch() as watch:
        watch.begin(address_of(head))
    silent(monkeypatch, 1_000.0)
    check_head()
    await_head()
    with HeadWatch():  # of which nothing was begun
        check_head()
