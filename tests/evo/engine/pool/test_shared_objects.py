"""Catches: a plug-in object that does not travel and is said at length, or only once workers are started."""

import threading

import pytest
import ray

from evo.engine.pool.shared_objects import check_serialisable, share
from tasks.foundation.errors import UsageError


def test_objects_that_travel_are_taken_as_they_are(ray_cluster: None) -> None:
    assert ray.get(share({"space": ["mine"]})) == {"space": ["mine"]}
    assert ray.get(share(None)) == {}


def test_an_object_that_cannot_travel_is_one_line() -> None:
    with pytest.raises(UsageError, match="the object given as fitness cannot be sent to workers") as caught:
        check_serialisable({"space": 1, "fitness": threading.Lock()})
    assert "\n" not in str(caught.value)
