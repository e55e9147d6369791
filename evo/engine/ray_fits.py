"""Makes fits in tasks of a Ray cluster, on one thread each; one whose process dies is tried again.

Times are seconds.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError

from evo.cluster.reservations import PREFIX
from evo.cluster.shipping import prefer_sent
from evo.engine.inline_fits import failed, fit_here
from evo.engine.plugins import make
from evo.engine.pool.deaths import MAX_ATTEMPTS, died_too_often, last_words
from evo.engine.pool.shared_objects import check_serialisable, share
from evo.engine.worker_output import print_into
from evo.records.config import SearchConfig
from evo.records.failures import FitError
from evo.strategies.fitting import FitRequest
from fitness.predictors.base import FittedState
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import trusting

CPUS = 0
"""What a task holds: the workers hold every CPU, and have next to nothing to do while a strategy waits for its fit."""


class RayFits:
    """Has one fit at a time made by a task."""

    def __init__(
        self,
        config: SearchConfig,
        *,
        objects: Mapping[str, object],
        output: Path | None = None,
        runtime_env: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        """Start nothing yet; objects: the caller's own plug-ins, by axis; output: file for what is printed.

        runtime_env: returns that of the tasks, as in Ray's options; called once there is something to fit
        """
        self._config, self._output, self._env = config, output, runtime_env
        self._objects = {axis: made for axis, made in objects.items() if axis == "space"}
        self._request: FitRequest | None = None
        self._sent: tuple[Any, ...] = ()
        self._call: Any = None
        self._attempts = 0

    def start(self, request: FitRequest) -> None:
        """Send a fit to the cluster; raises UsageError where its predictor, or the caller's space, cannot be sent."""
        check_serialisable({"predictor": request.predictor})
        self._sent = (self._config.to_json(), share(self._objects), ray.put(request), self._output)
        self._request, self._attempts = request, 0
        self._launch()

    def wait(self, timeout_s: float) -> FittedState | None:
        """Return what the fit has learnt, None where that takes longer.

        Raises UsageError where its input is at fault, FitError where it fails otherwise or its processes die.
        """
        if self._call is None or not ray.wait([self._call], timeout=timeout_s)[0]:
            return None
        call, self._call = self._call, None
        try:
            state: FittedState = ray.get(call)
        except RayTaskError as error:
            raise self._failure(error) from error
        except RayError as error:
            self._try_again(error)
            return None
        return state

    def cancel(self) -> None:
        """End the task, if any."""
        call, self._call = self._call, None
        if call is not None:
            ray.cancel(call, force=True)

    def _launch(self) -> None:
        self._attempts += 1
        options: dict[str, Any] = {"max_retries": 0, "name": f"{PREFIX}fit", "runtime_env": dict(self._env()) or None}
        task = ray.remote(_fit).options(num_cpus=CPUS, **options)
        self._call = task.remote(*self._sent)

    def _try_again(self, error: RayError) -> None:
        if self._attempts >= MAX_ATTEMPTS:
            raise FitError(self._said(died_too_often(self._attempts, error))) from error
        self._launch()

    def _failure(self, error: RayTaskError) -> Exception:
        """Return what a task has raised, as it would be raised here."""
        if isinstance(error.cause, UsageError | FitError):
            return type(error.cause)(str(error.cause))
        return FitError(self._said(last_words(error)))

    def _said(self, reason: str) -> str:
        assert self._request is not None  # something was begun
        return failed(self._request, reason)


def _fit(
    config: Mapping[str, Any], objects: Mapping[str, object], request: FitRequest, output: Path | None
) -> FittedState:
    """Return what a fit learns, in a process of its own."""
    print_into(output)
    prefer_sent()
    with trusting():  # whoever starts a fit has checked what it makes
        space = make("space", SearchConfig.from_json(config), objects)
    return fit_here(space, request)
