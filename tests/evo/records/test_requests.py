"""Catches: a request that says something its caller did not say, workers that are taken for none."""

from dataclasses import fields
from typing import Any

import pytest

from evo.records.requests import Placement, SearchRequest, share_of
from evo.records.worker_care import WorkerCare
from tasks.foundation.errors import UsageError


@pytest.mark.parametrize(("workers", "here"), [(0, True), ("0", True), ("auto", False), (1, False), ("10", False)])
def test_no_workers_are_this_process(workers: int | str, here: bool) -> None:
    assert Placement(workers=workers).here is here


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"workers": -3}, "--workers -3: must be auto, 0 for this process alone, or a number"),
        ({"workers": "many"}, "--workers many: must be auto"),
        ({"gpus_per_worker": "some"}, "--gpus-per-worker some: must be auto, 0, a share"),
        ({"gpus_per_worker": 1.5}, "--gpus-per-worker 1.5: must be"),
        ({"gpus_per_worker": "nan"}, "--gpus-per-worker nan: must be"),
        ({"overdue": -1.0}, "--overdue -1: must be 0, for never, or more"),
        ({"overdue": float("nan")}, "--overdue nan: must be"),
        ({"overdue": float("inf")}, "--overdue inf: must be"),
        ({"worker_memory": "much"}, "--worker-memory much: a size is needed"),
    ],
)
def test_what_no_cluster_could_give_is_refused_before_one_is_asked(given: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Placement(**given)


@pytest.mark.parametrize(("text", "share"), [("auto", None), ("0", 0.0), ("0.25", 0.25), ("2", 2.0)])
def test_a_share_of_a_gpu_is_what_its_text_spells(text: str, share: float | None) -> None:
    assert share_of(text) == share


def test_how_workers_are_looked_after_is_part_of_where_they_are() -> None:
    assert Placement().care == WorkerCare()
    assert Placement(overdue=0, worker_memory="2G").care == WorkerCare(overdue=0, memory_bytes=2**31)


def test_what_nobody_says_is_none() -> None:
    request = SearchRequest()
    said = {field.name: getattr(request, field.name) for field in fields(request)}
    assert {name: value for name, value in said.items() if value is not None} == {
        "options": {},
        "resume": False,
        "download": False,
        "trust": False,
        "placement": Placement(workers="auto", gpus_per_worker="auto", address="local"),
    }


def test_a_run_to_go_on_with_is_named() -> None:
    with pytest.raises(UsageError, match="resume=True: name the run"):
        SearchRequest(resume=True)
