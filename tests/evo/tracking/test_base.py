"""Catches: a trial that a tracker has twice, out of order, or not at all once a run was gone on with; a best that
falls; a tracker's failure that ends a search, is told more than once, or loses what comes later; a name or a number
that a tracker would refuse."""

import logging
import random
from itertools import accumulate
from pathlib import Path

import pytest

from evo.engine.observer import LiveRun
from evo.records.config import Limits
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.epoch_log import EpochLog
from evo.storage.run_folder import RunFolder
from evo.storage.run_log import RunLog
from evo.tracking.base import finite, numbers_of, plain_name, settings_of
from evo.tracking.mark import path_of, read_mark
from tasks.foundation.errors import UsageError
from tests.evo.tracking.trackers import Kept, logged, searched
from tests.runs import toy_config


def finished(number: int, fitness: float | None) -> Finished:
    status = Status.FAILED if fitness is None else Status.COMPLETED
    outcome = Outcome(status, fitness=fitness, metrics={"a(b=1)": 2.0}, params=number)
    return Finished(Trial(number, None, (), f"c{number}", f"k{number}", number), outcome)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with RunFolder(tmp_path / "run") as folder:
        folder.claim(toy_config(), Limits(20))
    return tmp_path / "run"


def handed(tracker: Kept, folder: Path, trials: list[Finished], *, logs: bool = True) -> None:
    """Hand trials over in one process's part of a search, each logged before."""
    log, live = RunLog(folder), LiveRun(folder, 20)
    tracker.started(live)
    for one in trials:
        if logs:
            log.append(one)
            log.flush()
        tracker.finished(live, one)
    tracker.ended(live, "finished")


def test_a_search_is_tracked_trial_by_trial(tmp_path: Path) -> None:
    tracker = Kept()
    run = searched(tmp_path / "run", 12, [tracker])
    assert [step for step, _ in tracker.steps] == list(range(12))
    assert tracker.of("fitness") == logged(run)
    assert len(logged(run)) < 12
    scores = [numbers.get("fitness", float("-inf")) for _, numbers in tracker.steps]
    best = [max(value, float("-inf")) for value in accumulate(scores, max)]
    assert [value for _, value in tracker.of("best_fitness")] == [value for value in best if value > float("-inf")]
    assert tracker.of("failures")[-1] == (11, 12 - len(logged(run)))
    assert tracker.about["space.name"] == "tests.toy:BitStrings"
    assert tracker.about["space.length"] == "10"
    assert tracker.closed == [("finished", {"state": "finished", "best_candidate": run.best()[0].candidate})]


def test_trials_come_in_their_order_whatever_they_are_finished_in(folder: Path) -> None:
    trials = [finished(number, None if number == 4 else float(number % 5)) for number in range(10)]
    shuffled = random.Random(1).sample(trials, 10)
    tracker = Kept()
    handed(tracker, folder, shuffled)
    assert [(step, numbers["params"]) for step, numbers in tracker.steps] == [(n, n) for n in range(10)]
    assert [value for _, value in tracker.of("best_fitness")] == [0, 1, 2, 3, 3, 3, 3, 3, 3, 4]
    assert tracker.of("metrics/a_b_1_")[0] == (0, 2.0)


def test_a_run_that_is_gone_on_with_has_every_trial_once(tmp_path: Path) -> None:
    whole = Kept()
    searched(tmp_path / "whole", 15, [whole])
    first, second, third = Kept(), Kept(), Kept()
    searched(tmp_path / "run", 5, [first])
    searched(tmp_path / "run", 9, [])  # not tracked
    searched(tmp_path / "run", 9, [second])
    run = searched(tmp_path / "run", 15, [third])
    steps = first.steps + second.steps + third.steps
    assert [len(part.steps) for part in (first, second, third)] == [5, 4, 6]
    for name in ("fitness", "best_fitness", "failures", "metrics/zeros"):
        found = [(step, numbers[name]) for step, numbers in steps if name in numbers]
        assert found == whole.of(name)
    assert (first.opened, second.opened, third.opened) == ([""], ["run 1"], ["run 1"])
    assert third.closed[0][1]["best_candidate"] == run.best()[0].candidate


def test_a_trial_that_was_tracked_and_not_logged_before_a_kill_comes_once(folder: Path) -> None:
    first, second = Kept(), Kept()
    handed(first, folder, [finished(0, 1.0)])
    handed(first, folder, [finished(1, 5.0)], logs=False)  # killed before its row was on the disk
    handed(second, folder, [finished(1, 5.0), finished(2, 2.0)])
    assert [step for step, _ in first.steps + second.steps] == [0, 1, 2]


def test_what_waits_for_a_trial_before_it_comes_with_the_next_process(folder: Path) -> None:
    first, second = Kept(), Kept()
    handed(first, folder, [finished(0, 1.0), finished(2, 3.0)])
    handed(second, folder, [finished(1, 2.0)])
    assert [[step for step, _ in tracker.steps] for tracker in (first, second)] == [[0], [1, 2]]


@pytest.mark.parametrize(("where", "steps"), [("open", 0), ("write 3", 3), ("close", 8)])
def test_a_failure_is_one_warning_and_what_is_missing_comes_later(
    where: str, steps: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tracker, other = Kept(fails_in=where), Kept()
    with caplog.at_level(logging.WARNING, "evo.tracking"):
        run = searched(tmp_path / "run", 8, [tracker])
    assert (run.state, len(run), len(tracker.steps)) == ("finished", 8, steps)
    (told,) = caplog.messages
    assert told == "kept: [Errno 28] no space left; no longer tracked, the search goes on"
    searched(tmp_path / "run", 10, [other])
    assert [step for step, _ in tracker.steps + other.steps] == list(range(10))


def test_a_damaged_mark_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    searched(tmp_path / "run", 3, [Kept()])
    path_of(tmp_path / "run", "kept").write_text("{")
    tracker = Kept()
    searched(tmp_path / "run", 5, [tracker])
    assert "kept.json: is damaged" in caplog.text
    assert tracker.steps == []


def epoch(seed: int, number: int, *, rewinds: int = 0) -> dict[str, object]:
    return {"seed": seed, "rewinds": rewinds, "epoch": number, "held_out_loss": seed + number / 10, "derived": "text"}


def test_epochs_have_a_step_of_their_supernet_and_come_once(folder: Path) -> None:
    def trained(rows: list[dict[str, object]], *, told: int) -> Kept:
        tracker, live, log = Kept(), LiveRun(folder, 2, epochs=3), EpochLog(folder)
        tracker.started(live)
        for number, row in enumerate(rows):
            log.append(row)
            if number < told:
                tracker.epoch(live, row)
        return tracker

    first = trained([epoch(1, 0), epoch(2, 0), epoch(1, 1)], told=2)  # killed before it told the last
    second = trained([epoch(1, 1, rewinds=1), epoch(2, 1)], told=2)  # after a return to epoch 0
    steps = [(step, *numbers) for tracker in (first, second) for step, numbers in tracker.steps]
    names = ("rewinds", "epoch", "held_out_loss")
    assert steps == [
        (step, *(f"seed_{s}/{name}" for name in names)) for step, s in ((0, 1), (0, 2), (1, 1), (2, 1), (1, 2))
    ]
    assert first.of("seed_2/held_out_loss") == [(0, 2.0)]
    assert read_mark(folder, "kept").epochs == {"1": 3, "2": 2}


def test_numbers_are_finite_and_names_are_plain() -> None:
    given = {"a b(c=1)": 1, "nan": float("nan"), "inf": float("inf"), "none": None, "text": "x", "\u00e9" * 300: 2.0}
    assert finite(given) == {"a_b_c_1_": 1.0, "_" * 200: 2.0}
    assert plain_name("metrics/a.b-c_d") == "metrics/a.b-c_d"
    row = {"fitness": 1.0, "metrics": [("m", 2.0), ("member 0", 3.0)], "candidate": "c"}
    assert {name: value for name, value in numbers_of(row).items() if value is not None} == {
        "fitness": 1.0,
        "metrics/m": 2.0,
    }


def test_settings_are_texts_without_the_word_options(folder: Path) -> None:
    about = settings_of(folder)
    assert (about["strategy.population"], about["seed"], about["fitness.name"]) == ("5", "0", "tests.toy:CountOnes")


def test_a_library_that_is_missing_is_named_with_its_extra() -> None:
    class Missing(Kept):
        name, library = "missing", "no_such_library"

    with pytest.raises(
        UsageError, match=r"--track missing: needs no_such_library, .*pip install \"selfnas\[trackers\]\""
    ):
        Missing()


def test_another_place_has_another_mark(tmp_path: Path) -> None:
    class Placed(Kept):
        def __init__(self, place: str) -> None:
            super().__init__()
            super(Kept, self).__init__("", place)

    usual, other = Placed(""), Placed("there")
    assert (usual.marked, other.marked, Placed("here").marked) == ("kept", "kept-4655a625", "kept-3a894b97")
    searched(tmp_path / "run", 3, [usual])
    searched(tmp_path / "run", 4, [usual, other])
    assert ([step for step, _ in usual.steps], [step for step, _ in other.steps]) == ([0, 1, 2, 3], [0, 1, 2, 3])
