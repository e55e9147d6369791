"""Catches: a request that says something its caller did not say, workers that are taken for none."""

from dataclasses import fields

import pytest

from evo.records.requests import Placement, SearchRequest
from tasks.foundation.errors import UsageError


@pytest.mark.parametrize(("workers", "here"), [(0, True), ("0", True), ("auto", False), (1, False), ("10", False)])
def test_no_workers_are_this_process(workers: int | str, here: bool) -> None:
    assert Placement(workers=workers).here is here


def test_what_nobody_says_is_none() -> None:
    request = SearchRequest()
    said = {field.name: getattr(request, field.name) for field in fields(request)}
    assert {name: value for name, value in said.items() if value is not None} == {
        "options": {},
        "resume": False,
        "download": False,
        "placement": Placement(workers="auto", gpus_per_worker="auto", address="local"),
    }


def test_a_run_to_go_on_with_is_named() -> None:
    with pytest.raises(UsageError, match="resume=True: name the run"):
        SearchRequest(resume=True)
