"""Catches: a misspelt argument that is ignored, one that does not arrive, a path that stays a text."""

from pathlib import Path

import pytest

from evo.correlation.request import CorrelationRequest
from evo.engine.asking import requested
from evo.records.requests import Placement
from evo.retraining.request import TrainRequest
from tasks.foundation.errors import UsageError

GIVEN = {"space": "s", "fitness": ["a", "b"], "table": "t.csv", "metric": "m"}


def test_what_is_given_arrives_and_the_rest_is_the_requests_own() -> None:
    asked = requested(CorrelationRequest, {**GIVEN, "workers": 0, "run_dir": "runs/x", "seed": 3})
    assert (asked.table, asked.run_dir, asked.seed, asked.sample) == (Path("t.csv"), Path("runs/x"), 3, None)
    assert asked.placement == Placement(workers=0)
    assert requested(CorrelationRequest, GIVEN).placement == Placement()


@pytest.mark.parametrize(("kind", "name"), [(CorrelationRequest, "worker"), (TrainRequest, "lable_fraction")])
def test_a_name_that_a_request_does_not_have_is_told_with_the_nearest(kind: type, name: str) -> None:
    with pytest.raises(UsageError, match=f"unknown argument '{name}'; did you mean"):
        requested(kind, {name: 1})


def test_what_scores_nothing_has_no_workers() -> None:
    with pytest.raises(UsageError, match="unknown argument 'workers'"):
        requested(TrainRequest, {"run": Path("x"), "workers": 0})
