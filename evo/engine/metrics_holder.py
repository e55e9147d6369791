"""What keeps a run's metrics alive: Ray forgets a value that is not set anew, so an actor sets each every few seconds.

Times are seconds.
"""

import threading
import time
from collections.abc import Mapping
from typing import Any

Tags = tuple[tuple[str, str], ...]
"""Names and values of what tells the series of one metric apart."""
Series = Mapping[tuple[str, Tags], float]
"""Values by the name of their metric and their tags."""

ANEW_S = 2.0
"""Ray takes what was set since it last did, every ten seconds, and forgets what it was not given twice in a row."""
SILENCE = "driver_silent_seconds"
"""The metric that the actor itself knows: how old the values are."""
PREFIX = "selfnas_"


class MetricsHolder:
    """What runs inside an actor of one run: it holds the values that the driver gave it last, and shows them."""

    def __init__(self, descriptions: Mapping[str, str], silence: Tags) -> None:
        """Show nothing yet; silence: tags of the metric ``SILENCE``."""
        self._descriptions, self._silence = descriptions, silence
        self._gauges: dict[str, Any] = {}
        self._series: Series = {}
        self._heard = time.monotonic()
        self._lock = threading.Lock()
        threading.Thread(target=self._go_on, daemon=True).start()

    def hold(self, series: Series) -> None:
        """Show these values from now on, and no others."""
        self._series, self._heard = series, time.monotonic()
        self.show()

    def close(self, series: Series) -> None:
        """Show values for the last time, and end the actor, which hands them over to Ray."""
        self.hold(series)
        import ray

        ray.actor.exit_actor()  # type: ignore[no-untyped-call]

    def show(self) -> None:
        """Set every value anew."""
        silent_s = time.monotonic() - self._heard
        with self._lock:
            for (name, tags), value in {**self._series, (SILENCE, self._silence): silent_s}.items():
                self._gauge(name, tags).set(value, dict(tags))

    def _go_on(self) -> None:
        while True:
            time.sleep(ANEW_S)
            self.show()

    def _gauge(self, name: str, tags: Tags) -> Any:
        if name not in self._gauges:
            from ray.util.metrics import Gauge

            keys = tuple(key for key, _ in tags)
            self._gauges[name] = Gauge(PREFIX + name, self._descriptions[name], tag_keys=keys)
        return self._gauges[name]
