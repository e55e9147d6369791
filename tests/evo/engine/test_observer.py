"""Catches: a callback that is not called, or not with the run; a best that falls; a method that an observer must
have."""

from pathlib import Path
from typing import Any

import pytest

from evo.engine.observer import FinishedCallback, LiveRun, Observer, observers_of
from evo.records.trial import Finished, Outcome, Status, Trial
from tasks.foundation.errors import UsageError

DONE = Finished(Trial(0, None, "a", "a", "a", 0), Outcome(Status.COMPLETED, fitness=1.0))


def test_a_run_goes_on_until_it_is_stopped() -> None:
    run = LiveRun(Path("run"), 5)
    assert not run.stopping
    run.stop()
    assert run.stopping


def test_the_best_never_falls_and_failures_do_not_count() -> None:
    run, seen = LiveRun(Path("run"), 5), []
    for fitness in (None, -2.0, -3.0, None, 0.0):
        run.note(fitness)
        seen.append(run.best)
    assert seen == [None, -2.0, -2.0, -2.0, 0.0]


def test_every_method_may_be_left_out() -> None:
    observer, run = Observer(), LiveRun(Path("run"), 5)
    observer.started(run)
    observer.finished(run, DONE)
    observer.epoch(run, {})
    observer.tick(run)
    observer.ended(run, "finished")
    assert observer.during_reference(run, "member") is None


def test_a_function_is_called_after_every_trial_alone() -> None:
    calls: list[tuple[LiveRun, Finished]] = []
    observer, run = FinishedCallback(lambda run, finished: calls.append((run, finished))), LiveRun(Path("run"), 5)
    observer.started(run)
    observer.tick(run)
    observer.finished(run, DONE)
    observer.ended(run, "finished")
    assert calls == [(run, DONE)]


class Misspelt(Observer):
    """Its method is never called."""

    def finnished(self, run: LiveRun, finished: Finished) -> None:
        raise AssertionError


@pytest.mark.parametrize(
    ("callbacks", "words"),
    [
        ([Misspelt()], r"finnished\(\), which nobody calls; did you mean finished\(\)"),
        ([5], "callback 5: an evo.Observer or a function"),
        ([Observer], "callback .*Observer.*: an evo.Observer or a function"),
        (5, "callbacks=5: a list"),
        ("abc", "callbacks='abc': a list"),
    ],
)
def test_what_is_no_callback_is_told_before_anything_starts(callbacks: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        observers_of(callbacks)
