"""The driver's hand on the actor that holds a run's metrics.

The driver itself could not show them where it is connected through Ray's client server. Times are seconds.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

import ray
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from evo.cluster.reservations import PREFIX
from evo.engine.metrics_holder import MetricsHolder, Series, Tags

CLOSE_S = 5.0
"""How long the end of a run waits for its last values to be taken."""


class HeldMetrics:
    """Metrics in an actor named ``selfnas/RUN/metrics``, which takes no CPU and ends with the run."""

    def __init__(self, run_name: str, descriptions: Mapping[str, str], silence: Tags) -> None:
        """Start the actor, on the driver's own node where it can be; it is not waited for."""
        here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=True)
        name = f"{PREFIX}{run_name}/metrics.{uuid4().hex[:8]}"  # a predecessor's may not be cleared away yet
        options = {"name": name, "num_cpus": 0, "max_restarts": -1, "scheduling_strategy": here}
        self._actor: Any = ray.remote(MetricsHolder).options(**options).remote(dict(descriptions), silence)
        self._sent: Any = None
        self._up = False

    def show(self, series: Series) -> None:
        """Show values; they are left out where the actor has not taken the last ones yet, as while it starts."""
        with suppress(RayError, ConnectionError):  # nobody's search ends as nobody can see its metrics
            if self._sent is None or self._taken(0.0):
                self._sent = self._actor.hold.remote(dict(series))

    def close(self, series: Series) -> None:
        """Show values for the last time, and end the actor; not waited for where it is not even up yet."""
        with suppress(RayError, ConnectionError):
            if self._sent is not None and (self._taken(0.0) or self._up):
                self._sent = self._actor.close.remote(dict(series))
                self._taken(CLOSE_S)
            ray.kill(self._actor)

    def _taken(self, timeout_s: float) -> bool:
        taken, _ = ray.wait([self._sent], timeout=timeout_s)
        self._up = self._up or bool(taken)
        return bool(taken)
