"""Catches: a fit that is lost with its process or tried for ever, an error of one that ends in many lines, rows that
depend on where fits are made. On a real Ray of this machine."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evo.engine import ray_fits
from evo.engine.inline_fits import fit_here
from evo.engine.ray_fits import RayFits
from evo.records.failures import FitError
from evo.records.requests import Placement, SearchRequest
from evo.searching import run_request
from evo.strategies.fitting import FitRequest
from fitness.predictors.base import FittedState, Labelled
from tasks.foundation.errors import UsageError
from tests.runs import Row, rows, toy_config
from tests.tiny_predictor import Learns, MeanByToken
from tests.toy import BitStrings, CountOnes

LABELLED = Labelled(("01" * 5, "11" * 5), (1.0, 3.0))
PATIENCE_S = 300.0


@pytest.fixture
def fits(ray_cluster: None) -> Iterator[RayFits]:
    """Give what makes fits on Ray; none is left behind."""
    made = RayFits(toy_config(), objects={})
    yield made
    made.cancel()


def fitted(fits: RayFits, predictor: MeanByToken) -> FittedState:
    fits.start(FitRequest(predictor, LABELLED, 5))
    give_up = time.monotonic() + PATIENCE_S
    while (state := fits.wait(0.2)) is None:
        assert time.monotonic() < give_up
    return state


def test_a_task_learns_what_is_learnt_here_and_is_tried_again_where_it_dies(fits: RayFits, tmp_path: Path) -> None:
    predictor = MeanByToken(deaths=1, folder=str(tmp_path / "begun"))
    found = fitted(fits, predictor)
    assert len(list((tmp_path / "begun").iterdir())) == 2
    here = fit_here(BitStrings(), FitRequest(MeanByToken(), LABELLED, 5))
    assert found.notes == here.notes
    assert {name: values.tolist() for name, values in found.arrays.items()} == {
        name: values.tolist() for name, values in here.arrays.items()
    }
    assert fits.wait(0.0) is None


def test_a_task_that_always_dies_is_given_up_after_as_many_attempts_as_a_trial(
    fits: RayFits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ray_fits.MAX_ATTEMPTS == 4
    monkeypatch.setattr(ray_fits, "MAX_ATTEMPTS", 2)  # every process takes seconds to start
    words = "^a fit of MeanByToken on 2 labelled candidates failed: its worker died 2 times, last: "
    with pytest.raises(FitError, match=words):
        fitted(fits, MeanByToken(deaths=9, folder=str(tmp_path / "begun")))
    assert len(list((tmp_path / "begun").iterdir())) == 2


def test_errors_are_those_of_a_fit_made_here(fits: RayFits) -> None:
    with pytest.raises(UsageError, match=r"^labels: nothing can be learnt of them$"):
        fitted(fits, MeanByToken(fails="usage"))
    with pytest.raises(FitError, match=r"^a fit of MeanByToken on 2 labelled candidates failed: .*is singular$"):
        fitted(fits, MeanByToken(fails="error"))


def test_a_fit_that_is_cancelled_is_forgotten_and_its_process_ended(fits: RayFits) -> None:
    fits.start(FitRequest(MeanByToken(sleep_s=3_600.0), LABELLED, 5))
    assert fits.wait(0.1) is None
    fits.cancel()
    assert fits.wait(0.0) is None
    assert fitted(fits, MeanByToken()).notes["seed"] == 5


def test_a_predictor_that_cannot_be_sent_is_refused(fits: RayFits) -> None:
    stuck = MeanByToken()
    object.__setattr__(stuck, "folder", (each for each in ""))
    with pytest.raises(UsageError, match="the object given as predictor cannot be sent to workers"):
        fits.start(FitRequest(stuck, LABELLED, 5))


@pytest.mark.slow
def test_rows_are_equal_for_no_worker_and_two(ray_cluster: None, tmp_path: Path) -> None:
    def search(workers: int) -> list[Row]:
        given: dict[str, Any] = {"space": BitStrings, "fitness": CountOnes, "strategy": Learns, "data": "noise"}
        place = Placement(workers=workers)
        request = SearchRequest(**given, ahead=4, evaluations=12, run_dir=tmp_path / f"{workers}", placement=place)
        assert run_request(request).state == "finished"
        return rows(tmp_path / f"{workers}")

    assert search(0) == search(2)
    assert len(list((tmp_path / "2" / "fits").iterdir())) == 2
