"""Catches: a rate over the time in which nothing ran yet, a process that is ended although it is no worker."""

import os
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.benchmarks import killed_workers
from tests.benchmarks.killed_workers import Asked, Disturber, Watched, below, workers_below

WAITS = "import sys; print(flush=True); sys.stdin.read()"


def test_the_rate_and_the_longest_gap_are_those_between_trials() -> None:
    watched = Watched([(10.0, 3), (11.0, 5), (15.0, 13)], ended=1)
    assert (watched.rate(), watched.longest_gap_s()) == (2.0, 4.0)
    assert Watched([(10.0, 3)], 0).longest_gap_s() == 0.0


def test_only_workers_below_a_process_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen([sys.executable, "-c", WAITS], stdin=-1, stdout=-1) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in below(os.getpid())
        assert below(child.pid) == []
        assert child.pid not in workers_below(os.getpid())
        titles = {f"/proc/{child.pid}/cmdline": "ray::trial 3"}
        kept: Callable[[str], str] = killed_workers.read
        monkeypatch.setattr(killed_workers, "read", lambda path: titles.get(path) or kept(path))
        assert child.pid in workers_below(os.getpid())
        for other in ("ray::IDLE", "ray::DashboardAgent"):
            titles[f"/proc/{child.pid}/cmdline"] = other
            assert child.pid not in workers_below(os.getpid())
        child.communicate("")


@pytest.mark.parametrize(("freeze", "expected"), [(False, [3.0, 6.0, 9.0]), (True, [3.0])])
def test_workers_are_ended_every_so_often_until_time_is_up(
    monkeypatch: pytest.MonkeyPatch, freeze: bool, expected: list[float]
) -> None:
    monkeypatch.setattr(killed_workers, "workers_below", lambda process: [1, 2])
    monkeypatch.setattr(killed_workers.os, "kill", lambda process, signal: None)
    disturber = Disturber(3.0, 10.0, freeze=freeze, seed=0)
    assert [at / 2 for at in range(30) if disturber(at / 2)] == expected


def test_the_search_is_the_one_that_was_asked_for() -> None:
    command = Asked(30, 0.1, 4).command(killed_workers.Path("run"), "here:1")
    pairs = dict(pairwise(command))
    assert (pairs["--evaluations"], pairs["--workers"], pairs["--address"]) == ("30", "4", "here:1")
    assert pairs["--fitness"] == "tests.toy:CountOnes(sleep_s=0.1)"
