"""Catches: a worker that scores other than the evaluator, or gives back memory that it asks for again every step."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from evo.cluster.sameness import Inquiry, facts_of
from evo.engine.evaluator import Evaluator
from evo.engine.pool import worker_side
from evo.engine.pool.evaluation_worker import EvaluationWorker
from tasks import open_images
from tasks.images.image_folder import ImageFolder
from tests.image_files import write_images
from tests.runs import toy_config


class Library:
    """Stands in for the C library, and keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def mallopt(self, parameter: int, value: int) -> int:
        self.told.append((parameter, value))
        return 0


def test_a_worker_keeps_what_it_frees(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library()
    monkeypatch.setattr("evo.cluster.own_process.ctypes.CDLL", lambda name: library)
    EvaluationWorker(toy_config().to_json(), "worker-0")
    assert library.told


def test_a_worker_says_what_the_evaluator_says_in_its_process() -> None:
    config = toy_config()
    inquiry = Inquiry(("tests.toy",))
    worker = EvaluationWorker(config.to_json(), "worker-0", inquiry=inquiry)
    assert worker.ready() == facts_of(inquiry, open_images("noise"))
    assert worker.ready().pid == os.getpid()
    found, expected = worker.evaluate("0111111111", 3, None, None).outcome, Evaluator(config).evaluate("0111111111", 3)
    assert (found.status, found.fitness, found.worker) == (expected.status, expected.fitness, "worker-0")


ASKED = [("0111111111", 3, None), ("0000000000", 4, 5.0)]


def test_candidates_that_come_together_are_scored_one_by_one_as_if_alone() -> None:
    worker = EvaluationWorker(toy_config("AbandonsBelow").to_json(), "worker-0")
    found = worker.evaluate_each(ASKED, None, None)
    for text, seed, threshold in ASKED:
        expected, report = worker.evaluate(text, seed, None, threshold), next(found)
        assert (report.outcome.status, report.outcome.fitness, report.outcome.metrics) == (
            *(expected.outcome.status, expected.outcome.fitness, expected.outcome.metrics),
        )
        assert report.resident_bytes
    assert list(found) == []


def test_a_worker_that_has_grown_leaves_the_others_to_another_one() -> None:
    worker = EvaluationWorker(toy_config().to_json(), "worker-0")
    assert len(list(worker.evaluate_each(ASKED, None, 1))) == 1
    assert len(list(worker.evaluate_each(ASKED, None, 10**15))) == 2


def test_a_worker_takes_images_that_were_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = write_images(tmp_path / "here", *(f"{number}.png" for number in range(6)))
    monkeypatch.setattr(worker_side, "placed", lambda data, parcel: f"imagefolder:{here}(size=8)")
    config = replace(toy_config(), data="imagefolder:/not/here(size=8)")
    worker = EvaluationWorker(config.to_json(), "worker-0")
    images = open_images(f"imagefolder:{here}", size=8)
    assert isinstance(images, ImageFolder)
    assert worker.ready().images == images.files_digest()
