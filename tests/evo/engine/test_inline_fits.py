"""Catches: a fit whose error ends in many lines, or in those of a candidate's, one that leaves the process changed, or
does not say whom it has learnt from."""

import pytest
import torch

from evo.engine.inline_fits import InlineFits, fit_here
from evo.records.failures import FitError
from evo.strategies.fitting import FitRequest
from fitness.predictors.base import FittedState, Labelled, Predictor
from fitness.predictors.learnt_members import learnt_from
from tasks.foundation.errors import UsageError
from tests.tiny_predictor import MeanByToken
from tests.toy import BitStrings

LABELLED = Labelled(("01", "11"), (1.0, 3.0))


class Threads(MeanByToken):
    """Learns how many threads there are."""

    def fit(self, space: object, labelled: Labelled, seed: int) -> FittedState:
        torch.manual_seed(seed)
        return FittedState({}, {"threads": torch.get_num_threads()})


def request(predictor: Predictor) -> FitRequest:
    return FitRequest(predictor, LABELLED, 5)


def test_a_fit_is_made_when_it_is_waited_for_once() -> None:
    fits = InlineFits(BitStrings(length=2))
    assert fits.wait(0.0) is None
    fits.start(request(MeanByToken()))
    state = fits.wait(0.0)
    assert state is not None
    assert dict(zip(state.notes["tokens"], state.arrays["means"], strict=True)) == {"0:0": 1.0, "0:1": 3.0, "1:1": 2.0}
    assert state.notes["seed"] == 5
    learnt = learnt_from(state, BitStrings(length=2), ["11", "10", "01"])
    assert learnt is not None
    assert learnt.tolist() == [True, False, True]
    assert fits.wait(0.0) is None


def test_a_fit_that_is_cancelled_is_not_made() -> None:
    fits = InlineFits(BitStrings(length=2))
    fits.start(request(MeanByToken(fails="error")))
    fits.cancel()
    assert fits.wait(0.0) is None


def test_an_error_is_one_line_and_the_inputs_faults_stay_what_they_are() -> None:
    words = "^a fit of MeanByToken on 2 labelled candidates failed: .*a matrix is singular$"
    with pytest.raises(FitError, match=words):
        fit_here(BitStrings(), request(MeanByToken(fails="error")))
    with pytest.raises(UsageError, match=r"^labels: nothing can be learnt of them$"):
        fit_here(BitStrings(), request(MeanByToken(fails="usage")))


def test_a_fit_has_one_thread_and_leaves_the_process_as_it_was() -> None:
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    torch.set_num_threads(2)
    try:
        assert fit_here(BitStrings(length=2), request(Threads())).notes == {"threads": 1}
        assert torch.get_num_threads() == 2
        assert torch.equal(torch.get_rng_state(), state)
    finally:
        torch.set_num_threads(threads)
