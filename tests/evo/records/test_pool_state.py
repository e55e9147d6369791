"""Catches: a state of workers that one who reads it changes, or that says something of a pool without any."""

import json
from dataclasses import FrozenInstanceError, asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.records.pool_state import PoolState, RunningTrial, longest_of


def test_a_pool_without_workers_says_nothing_of_any() -> None:
    assert not any(asdict(PoolState()).values())


def test_a_state_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        PoolState().up = 3  # type: ignore[misc]


STATE = PoolState(3, 1, 2, "GPU", 6, 7, 2, 1, 17, 42.5, 4, 1, (RunningTrial(17, 42.5, "worker-3"),))


def test_a_state_is_read_as_it_was_written() -> None:
    assert PoolState.from_json(json.loads(json.dumps(STATE.to_json()))) == STATE
    assert PoolState.from_json(PoolState().to_json()) == PoolState()


@pytest.mark.parametrize("values", [None, [], "x", {}, {"up": "many", "running": [{"trial_id": 3}], "oldest_s": None}])
def test_what_is_no_state_says_nothing(values: object) -> None:
    assert PoolState.from_json(values) == PoolState()


def test_of_the_trials_in_flight_those_are_named_that_have_run_longest() -> None:
    running = [RunningTrial(number, seconds, "w") for number, seconds in enumerate((3.0, 9.0, 3.0, 1.0, 2.0, 0.5, 4.0))]
    assert [one.trial_id for one in longest_of(running)] == [1, 6, 0, 2, 4]


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5)


@given(st.dictionaries(st.sampled_from(sorted(STATE.to_json())), JSON))
def test_no_heartbeat_is_a_traceback(values: dict[str, object]) -> None:
    assert isinstance(PoolState.from_json(values), PoolState)


def test_what_is_begun_again_has_one_name_and_an_older_heartbeats_is_let_be() -> None:
    assert PoolState(begun_again=4).to_json()["begun_again"] == 4
    assert PoolState.from_json({"up": 2, "retries": 1}) == PoolState(up=2)
