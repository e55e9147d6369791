"""Catches: an interrupt that is lost, an observer that does not hear how a search ended, a search without heartbeat."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from evo.engine.observer import LiveRun, Observer
from evo.engine.watching import watched
from evo.records.failures import FailedRunError
from evo.records.resources import Resources
from evo.storage.run_folder import RunFolder, read_progress

HERE = Resources(0, 0.0)


class Listener(Observer):
    """Keeps how the search ended."""

    def __init__(self) -> None:
        self.states: list[str] = []

    def ended(self, run: LiveRun, state: str) -> None:
        self.states.append(state)


def run(path: Path, listener: Listener, ending: str | BaseException) -> str:
    def search(resources: Resources, live: LiveRun, observers: Sequence[Observer]) -> str:
        for observer in observers:
            observer.started(live)
        assert listener in observers
        assert read_progress(path)["state"] == "running"
        if isinstance(ending, BaseException):
            raise ending
        return ending

    return watched(search, RunFolder(path), LiveRun(path, 3), HERE, [listener])


def test_all_observers_hear_how_it_ended(tmp_path: Path) -> None:
    listener = Listener()
    assert run(tmp_path, listener, "finished") == "finished"
    assert listener.states == [read_progress(tmp_path)["state"]] == ["finished"]


class Metrics(Observer):
    """Stands in for those on Ray's endpoint."""

    def __init__(self, run_dir: Path) -> None:
        self.run_dir = run_dir


def test_a_search_on_workers_has_metrics_and_says_so_in_its_heartbeat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evo.engine.ray_metrics.RayMetrics", Metrics)

    def search(resources: Resources, live: LiveRun, observers: Sequence[Observer]) -> str:
        assert [each.run_dir for each in observers if isinstance(each, Metrics)] == [tmp_path] * (resources.workers > 0)
        return "finished"

    for workers in (2, 0):
        watched(search, RunFolder(tmp_path), LiveRun(tmp_path, 3), Resources(workers, 0.0), [])
        assert read_progress(tmp_path)["workers"] == workers


def test_an_interrupt_is_a_way_to_end_and_a_failure_goes_on(tmp_path: Path) -> None:
    listener = Listener()
    assert run(tmp_path, listener, KeyboardInterrupt()) == "interrupted"
    with pytest.raises(FailedRunError, match="why"):
        run(tmp_path, listener, FailedRunError("why"))
    assert listener.states == ["interrupted", "failed"]
    assert read_progress(tmp_path)["state"] == "failed"


class Raises(Observer):
    """Cannot hear how the search ended."""

    def ended(self, run: LiveRun, state: str) -> None:
        raise ValueError("deaf")


@pytest.mark.parametrize(("ending", "raised"), [("finished", ValueError), (FailedRunError("why"), FailedRunError)])
def test_all_hear_of_the_end_though_one_of_them_raises(
    tmp_path: Path, ending: str | BaseException, raised: type[BaseException]
) -> None:
    def search(resources: Resources, live: LiveRun, observers: Sequence[Observer]) -> str:
        if isinstance(ending, BaseException):
            raise ending
        return ending

    listener = Listener()
    with pytest.raises(raised) as caught:
        watched(search, RunFolder(tmp_path), LiveRun(tmp_path, 3), HERE, [Raises(), listener])
    assert len(listener.states) == 1
    assert raised is ValueError or "deaf" in caught.value.__notes__[0]
