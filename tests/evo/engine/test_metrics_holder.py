"""Catches: values that are set once and forgotten, those of an ended series shown on, an age that stands still."""

from typing import Any

import pytest

from evo.engine import metrics_holder
from evo.engine.metrics_holder import MetricsHolder

SHOWN: list[tuple[str, float, dict[str, str]]] = []
RUN = ("run", "x-1")


class Gauge:
    """Notes what is set."""

    def __init__(self, name: str, description: str, tag_keys: tuple[str, ...]) -> None:
        assert description
        self._name, self._keys = name, tag_keys

    def set(self, value: float, tags: dict[str, str]) -> None:
        assert tuple(tags) == self._keys
        SHOWN.append((self._name, value, tags))


class Clock:
    """Stands in for the ``time`` module; nobody sleeps but once."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def holder(monkeypatch: pytest.MonkeyPatch) -> Any:
    SHOWN.clear()
    monkeypatch.setattr("ray.util.metrics.Gauge", Gauge)
    monkeypatch.setattr(metrics_holder, "time", Clock())
    monkeypatch.setattr(metrics_holder.threading.Thread, "start", lambda self: None)
    return MetricsHolder({"a": "A.", "b": "B.", "driver_silent_seconds": "S."}, (RUN,))


def test_all_values_are_set_again_and_again(holder: MetricsHolder, monkeypatch: pytest.MonkeyPatch) -> None:
    tags = (RUN, ("status", "failed"))
    holder.hold({("a", (RUN,)): 1.5, ("b", tags): 2.0})
    first = list(SHOWN)
    assert first == [
        ("selfnas_a", 1.5, {"run": "x-1"}),
        ("selfnas_b", 2.0, {"run": "x-1", "status": "failed"}),
        ("selfnas_driver_silent_seconds", 0.0, {"run": "x-1"}),
    ]
    monkeypatch.setattr(Clock, "now", 107.0)
    holder.show()
    assert SHOWN[3:5] == first[:2]
    assert SHOWN[5][:2] == ("selfnas_driver_silent_seconds", 7.0)


def test_what_is_not_held_any_more_is_not_shown(holder: MetricsHolder) -> None:
    holder.hold({("a", (RUN,)): 1.5, ("b", (RUN,)): 2.0})
    SHOWN.clear()
    holder.hold({("a", (RUN,)): 3.0})
    assert [(name, value) for name, value, _ in SHOWN] == [("selfnas_a", 3.0), ("selfnas_driver_silent_seconds", 0.0)]


def test_a_thread_sets_them_every_few_seconds(holder: MetricsHolder, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise InterruptedError

    monkeypatch.setattr(Clock, "sleep", staticmethod(sleep), raising=False)
    holder.hold({("a", (RUN,)): 1.5})
    SHOWN.clear()
    with pytest.raises(InterruptedError):
        holder._go_on()
    assert slept == [2.0, 2.0, 2.0]
    assert [name for name, _, _ in SHOWN] == ["selfnas_a", "selfnas_driver_silent_seconds"] * 2


def test_the_end_shows_the_last_values_and_exits(holder: MetricsHolder, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr("ray.actor.exit_actor", lambda: ended.append(len(SHOWN)))
    holder.close({("a", (RUN,)): 9.0})
    assert ended == [2]
    assert SHOWN[0][1] == 9.0
