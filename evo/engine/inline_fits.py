"""Makes fits in this process, without Ray."""

from typing import Any

from evo.cluster.caller_process import left_as_it_was
from evo.records.failures import FailedRunError, FitError
from evo.strategies.fitting import FitRequest
from fitness.predictors.base import FittedState
from fitness.predictors.learnt_members import with_members
from fitness.predictors.one_thread import one_thread
from spaces import SearchSpace
from tasks.foundation.errors import UsageError, first_line


class InlineFits:
    """Makes a fit when it is waited for, however long that takes: nobody can end one but Ctrl-C."""

    def __init__(self, space: SearchSpace[Any]) -> None:
        """Begin nothing yet."""
        self._space = space
        self._request: FitRequest | None = None

    def start(self, request: FitRequest) -> None:
        """Keep what is asked for."""
        self._request = request

    def wait(self, timeout_s: float) -> FittedState | None:
        """Make the fit; raises UsageError where its input is at fault, FitError where it fails otherwise."""
        request, self._request = self._request, None
        return None if request is None else fit_here(self._space, request)

    def cancel(self) -> None:
        """Forget what was asked for."""
        self._request = None


def fit_here(space: SearchSpace[Any], request: FitRequest) -> FittedState:
    """Return what a fit learns, with whom it learns from, on one thread; the process is afterwards as it was.

    Raises UsageError where its input is at fault, FitError where it fails otherwise.
    """
    from evo.engine.evaluator import prepare_process

    try:
        with left_as_it_was(), one_thread():
            prepare_process()
            state = request.predictor.fit(space, request.labelled, request.seed)
            return with_members(state, space, request.labelled.texts)
    except (UsageError, FailedRunError):
        raise
    except Exception as error:  # whatever a predictor raises
        raise FitError(failed(request, first_line(error))) from error


def failed(request: FitRequest, reason: str) -> str:
    """Return in a line that a fit has failed."""
    name, count = type(request.predictor).__name__, len(request.labelled.texts)
    return f"a fit of {name} on {count} labelled candidates failed: {reason[:300]}"
