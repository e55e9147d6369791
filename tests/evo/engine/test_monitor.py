"""Catches: counts that miss failures or replayed trials, a heartbeat that stops or never says how a run ended, and
control characters of a bar in a log file."""

import io
import json
from pathlib import Path

import pytest

from evo.engine import monitor
from evo.engine.monitor import BarProgress, Heartbeat, PlainProgress, Tally, progress_for
from evo.engine.observer import LiveRun
from evo.records.pool_state import PoolState, RunningTrial
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.run_folder import PROGRESS, RunFolder


class Clock:
    """Stands in for the ``time`` module."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(monitor, "time", clock)
    return clock


def live(*, total: int, replayed: int = 0, best: float | None = None) -> LiveRun:
    return LiveRun(Path("run"), total, replayed=replayed, best=best)


def finished(fitness: float | None, status: Status = Status.COMPLETED) -> Finished:
    if fitness is None and status is Status.COMPLETED:
        status = Status.FAILED
    return Finished(Trial(0, None, "a", "a", "a", 0), Outcome(status, fitness=fitness, evaluate_s=2.0))


def test_a_tally_counts_rate_and_time_left_by_hand(clock: Clock) -> None:
    run, tally = live(replayed=10, total=20, best=3.0), Tally()
    tally.begin(run)
    clock.now += 4.0
    for value in (2.0, None):
        tally.add(finished(value))
    assert (tally.done, tally.failures, tally.best, tally.rate) == (12, 1, 3.0, 0.5)
    assert tally.left_s == 16.0  # 8 trials at half a trial per second
    assert tally.line(run) == "12/20 evaluations, 0.50/s, best 3, 1 without a score, about 16 s left"


def test_the_time_left_follows_the_last_minute(clock: Clock) -> None:
    run, tally = live(total=1_000), Tally()
    tally.begin(run)
    for _ in range(200):  # two a second
        clock.now += 0.5
        tally.add(finished(1.0))
    for _ in range(15):  # and then one in five
        clock.now += 5.0
        tally.add(finished(1.0))
    assert tally.rate == pytest.approx(0.2, rel=0.1)
    assert tally.left_s == pytest.approx(785 / 0.2, rel=0.1)


POOL = PoolState(up=2, wanted=3, in_flight=2, running=(RunningTrial(17, 85.0, "worker-3"), RunningTrial(20, 3.0, "w")))


def test_a_search_that_stands_is_not_said_to_be_over_soon(clock: Clock) -> None:
    run, tally = live(total=20), Tally()
    tally.begin(run)
    run.pool = POOL
    clock.now += 2.0
    tally.add(finished(1.0))
    clock.now += 60.0
    assert tally.line(run).endswith("0 without a score, 2 of 3 workers up, about 20 min left")
    clock.now += 25.0
    assert (tally.stands, tally.left_s) == (True, None)
    assert tally.line(run).endswith(
        "2 of 3 workers up, stalled: nothing has finished for 85 s; trial 17 has run 85 s on worker-3"
    )
    run.learning = 5
    assert tally.prospect(run) == ""


def test_a_search_whose_first_trial_hangs_says_which(clock: Clock) -> None:
    run, tally = live(total=20), Tally()
    tally.begin(run)
    run.pool = POOL
    clock.now += 61.0
    assert tally.prospect(run) == ", nothing has yet finished for 61 s; trial 17 has run 85 s on worker-3"


def test_the_heartbeat_says_what_the_workers_do_and_whether_it_stands(clock: Clock, tmp_path: Path) -> None:
    heartbeat, run = Heartbeat(RunFolder(tmp_path), workers=3), live(total=9)
    heartbeat.started(run)
    assert "pool" not in json.loads((tmp_path / PROGRESS).read_text())
    run.pool = POOL
    heartbeat.finished(run, finished(2.0))
    clock.now += 100.0
    heartbeat.tick(run)
    values = json.loads((tmp_path / PROGRESS).read_text())
    assert PoolState.from_json(values["pool"]) == POOL
    assert (values["workers"], values["stalled"], values["best"], values["left_s"]) == (3, True, 2.0, None)
    reference = heartbeat.during_reference(run, "m")
    reference.tick(run)
    assert json.loads((tmp_path / PROGRESS).read_text())["workers"] == 3


def test_abandoned_trials_are_no_failures(clock: Clock) -> None:
    run, tally = live(total=3), Tally()
    tally.begin(run)
    for outcome in (finished(2.0), finished(None), finished(None, Status.ABANDONED)):
        clock.now += 1.0
        tally.add(outcome)
    assert (tally.done, tally.failures, tally.abandoned) == (3, 1, 1)
    assert "best 2, 1 without a score, 1 abandoned, about 0 s left" in tally.line(run)


def test_a_tally_without_trials_promises_nothing() -> None:
    run, tally = live(total=5), Tally()
    tally.begin(run)
    assert tally.left_s is None
    assert tally.line(run).endswith("best none yet, 0 without a score")


def test_plain_progress_writes_a_line_every_ten_seconds_and_one_at_the_end(clock: Clock) -> None:
    stream = io.StringIO()
    progress = PlainProgress(stream)
    run = live(total=30)
    progress.started(run)
    for _ in range(21):
        clock.now += 1.0
        progress.finished(run, finished(1.0))
    progress.ended(run, "finished")
    lines = stream.getvalue().splitlines()
    assert [line.split(" ")[0] for line in lines] == ["10/30", "20/30", "21/30"]
    assert "\x1b" not in stream.getvalue()


def test_the_heartbeat_is_young_while_running_and_says_how_it_ended(clock: Clock, tmp_path: Path) -> None:
    def read() -> dict[str, object]:
        values: dict[str, object] = json.loads((tmp_path / PROGRESS).read_text())
        return values

    heartbeat = Heartbeat(RunFolder(tmp_path))
    run = live(replayed=1, total=9)
    heartbeat.started(run)
    assert (read()["state"], read()["done"], read()["evaluations"]) == ("running", 1, 9)
    clock.now += 1.0
    heartbeat.finished(run, finished(1.0))
    assert read()["done"] == 1  # not due
    clock.now += 1.0
    heartbeat.tick(run)
    assert read()["done"] == 2
    heartbeat.ended(run, "interrupted")
    assert read()["state"] == "interrupted"


def test_a_fit_that_is_under_way_is_said_everywhere(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, shown = io.StringIO(), BarProgress()
    texts: list[str] = []
    monkeypatch.setattr(shown._bar, "update", lambda task, **what: texts.append(what["description"]))
    run = live(total=30)
    run.learning = 12
    clock.now += 100.0
    observers = (PlainProgress(stream), Heartbeat(RunFolder(tmp_path)), shown)
    clock.now += 20.0
    for observer in observers:
        observer.tick(run)
    assert stream.getvalue().endswith("0 without a score, learning from 12 labelled candidates\n")
    assert texts[0].endswith("0 without a score, learning from 12 labelled candidates")
    assert json.loads((tmp_path / PROGRESS).read_text())["learning"] == 12
    run.learning = 0
    shown.tick(run)
    assert texts[1].endswith("0 without a score, nothing has yet finished for 2 min")


def test_progress_says_how_large_the_front_of_several_objectives_is(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, texts, bar = io.StringIO(), [], BarProgress()
    monkeypatch.setattr(bar._bar, "update", lambda task, **what: texts.append(what.get("description", "")))
    run, heartbeat = live(total=30), Heartbeat(RunFolder(tmp_path))
    plain = PlainProgress(stream)
    for observer in (plain, heartbeat, bar):
        observer.started(run)
    assert "front" not in json.loads((tmp_path / PROGRESS).read_text())
    run.front = 12
    clock.now += 20.0
    for observer in (plain, heartbeat, bar):
        observer.finished(run, finished(1.0))
    assert stream.getvalue().endswith(", front of 12\n")
    assert texts[1].endswith("0 without a score, about 10 min left, front of 12")
    assert json.loads((tmp_path / PROGRESS).read_text())["front"] == 12


def test_a_reference_has_lines_of_its_own(clock: Clock) -> None:
    stream = io.StringIO()
    shown = PlainProgress(stream).during_reference(live(total=30), "m(a=1)")
    assert isinstance(shown, PlainProgress)
    shown.started(live(total=64))
    clock.now += 20.0
    shown.finished(live(total=64), finished(1.0))
    assert stream.getvalue().startswith("1/64 candidates of the reference by m(a=1), 0.05/s, best 1, 0 without a score")


def test_the_heartbeat_says_how_far_a_reference_is_in_the_search_s_own_file(clock: Clock, tmp_path: Path) -> None:
    outer = Heartbeat(RunFolder(tmp_path)).during_reference(live(total=30), "outer")
    inner = outer.during_reference(live(total=64), "inner")
    assert inner is not None
    for heartbeat, member in ((outer, "outer"), (inner, "inner")):
        heartbeat.started(live(total=64, replayed=3))
        clock.now += 4.0
        heartbeat.finished(live(total=64), finished(1.0))
        values = json.loads((tmp_path / PROGRESS).read_text())
        assert (values["state"], values["evaluations"], values["done"]) == ("running", 30, 0)
        of_reference = values["reference"]
        assert (of_reference["member"], of_reference["candidates"], of_reference["done"]) == (member, 64, 4)
        assert (of_reference["evaluations_per_s"], of_reference["left_s"]) == (0.25, 240.0)
    heartbeat.ended(live(total=64), "finished")
    assert json.loads((tmp_path / PROGRESS).read_text())["state"] == "running"  # the search is still to come


def test_a_last_line_counts_what_was_asked_for_even_where_nothing_began() -> None:
    stream = io.StringIO()
    PlainProgress(stream).ended(live(total=30), "interrupted")
    assert stream.getvalue().startswith("0/30 evaluations, ")


def test_every_observer_survives_a_whole_search(tmp_path: Path) -> None:
    observers = (BarProgress(), PlainProgress(io.StringIO()), Heartbeat(RunFolder(tmp_path)))
    run = live(replayed=3, total=2)
    for observer in observers:
        observer.started(run)
        observer.tick(run)
        observer.finished(run, finished(None))
        run.note(1.0)
        observer.finished(run, finished(1.0))
        observer.ended(run, "finished")
    bar = BarProgress().during_reference(run, "m" * 100)
    bar.started(run)
    bar.finished(run, finished(1.0))
    bar.ended(run, "finished")


def test_a_bar_is_for_terminals_alone() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert isinstance(progress_for(Terminal()), BarProgress)
    assert isinstance(progress_for(io.StringIO()), PlainProgress)
