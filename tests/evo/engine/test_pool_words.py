"""Catches: workers that are missing and nobody says so, words about a pool where all is as it should be."""

from evo.engine.pool_words import longest_running, workers_up
from evo.records.pool_state import PoolState, RunningTrial


def test_workers_are_told_of_where_some_are_not_up() -> None:
    assert workers_up(PoolState()) == workers_up(PoolState(up=4, wanted=4)) == ""
    assert workers_up(PoolState(up=1, starting=3, wanted=4)) == ", 1 of 4 workers up"
    waiting = PoolState(up=1, waiting=2, waiting_for="GPU", wanted=4)
    assert workers_up(waiting) == ", 1 of 4 workers up, 2 waiting for a GPU"


def test_the_trial_that_has_run_longest_is_named_with_its_worker_where_that_is_known() -> None:
    assert longest_running(PoolState()) == ""
    assert longest_running(PoolState(oldest_trial=0, oldest_s=200.0)) == "; trial 0 has run 3 min"
    running = (RunningTrial(17, 85.0, "worker-3"), RunningTrial(20, 3.0, "worker-1"))
    assert longest_running(PoolState(running=running)) == "; trial 17 has run 85 s on worker-3"
