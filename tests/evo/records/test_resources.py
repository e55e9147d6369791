"""Catches: what there is to compute on changed by one who reads it."""

from dataclasses import FrozenInstanceError

import pytest

from evo.records.resources import Cluster, Resources


@pytest.mark.parametrize("record", [Cluster(None, 2, 0.0), Resources(1, 0.5)])
def test_what_there_is_cannot_be_changed(record: Cluster | Resources) -> None:
    with pytest.raises(FrozenInstanceError):
        record.cpus = 3  # type: ignore[union-attr, misc]
