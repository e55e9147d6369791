"""What workers are doing, as parts of a line; empty where all is as it should be."""

from evo.display.readable_numbers import shortly
from evo.records.pool_state import PoolState


def workers_up(pool: PoolState) -> str:
    """Return how many workers are up where not all are, and what the others wait for."""
    if pool.up >= pool.wanted:
        return ""
    waiting = f", {pool.waiting} waiting for a {pool.waiting_for}" if pool.waiting and pool.waiting_for else ""
    return f", {pool.up} of {pool.wanted} workers up{waiting}"


def longest_running(pool: PoolState) -> str:
    """Return which trial has been running for longest, and where."""
    if pool.running:
        oldest = pool.running[0]
        return f"; trial {oldest.trial_id} has run {shortly(oldest.seconds)} on {oldest.worker}"
    if pool.oldest_trial is None:
        return ""
    return f"; trial {pool.oldest_trial} has run {shortly(pool.oldest_s)}"
