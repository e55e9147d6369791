"""Catches: a fit that is made twice, or found for something else, rows that depend on how long a fit takes, on workers
or on kills, a search that ends while a fit is wanted, one that goes on fitting when it is over."""

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.commands.run import main
from evo.engine.ending import Ending
from evo.engine.fits import FITS, Fits, digest
from evo.engine.inline_fits import InlineFits
from evo.engine.observer import LiveRun, Observer
from evo.records.config import Choice, Limits
from evo.records.failures import ContractError, FitError
from evo.records.trial import Evaluation, Status, Trial
from evo.storage.run_folder import read_progress
from evo.strategies.fitting import FitRequest, request_fit
from evo.strategies.warm_start import WarmStart
from evo.study import Study
from fitness.predictors.base import FittedState, Labelled
from fitness.predictors.learnt_members import learnt_from
from fitness.predictors.state_file import read_state, write_state
from tasks.foundation.errors import UsageError
from tests.runs import FakePool, rows, search_here, toy_config
from tests.tiny_predictor import Learns, MeanByToken
from tests.toy import BitStrings

REPOSITORY = Path(__file__).parents[3]
EVALUATIONS = 18
LABELLED = Labelled(("01", "11"), (1.0, 3.0))
SPACE = Choice("bits", {"length": 2})


class SlowFits(InlineFits):
    """Makes a fit at the ``waits``-th time that it is waited for."""

    def __init__(self, waits: Callable[[], int]) -> None:
        super().__init__(BitStrings())
        self._waits, self._left = waits, 0
        self.made = 0

    def start(self, request: FitRequest) -> None:
        super().start(request)
        self._left = self._waits()

    def wait(self, timeout_s: float) -> FittedState | None:
        self._left -= 1
        if self._left > 0:
            return None
        self.made += 1
        return super().wait(timeout_s)


def learns(**options: Any) -> Learns:
    return begun(Learns(**options))


def begun(strategy: Learns) -> Learns:
    strategy.begin(BitStrings())
    return strategy


def search(run_dir: Path, strategy: Learns | None = None, *, pool: FakePool | None = None, **more: Any) -> Ending:
    given = {"config": toy_config(), "limits": Limits(EVALUATIONS), **more}
    return search_here(run_dir, strategy or learns(), pool or FakePool(), **given)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run_dir = tmp_path_factory.mktemp("unbroken")
    assert search(run_dir) is Ending.FINISHED
    return run_dir


def test_fits_are_kept_in_the_runs_folder_none_that_serves_no_trial(unbroken: Path) -> None:
    names = [path.name for path in (unbroken / FITS).iterdir()]
    assert len(names) == 3  # after 4, 8 and 12 trials: with 16 told, all are proposed
    assert all(len(name) == 32 + len(".safetensors") and name.endswith(".safetensors") for name in names)


def test_a_kept_fit_says_whom_it_has_learnt_from_and_a_strategy_gets_what_was_fitted(tmp_path: Path) -> None:
    handed: list[FittedState] = []

    class Looks(Learns):
        def take_fit(self, state: FittedState) -> None:
            handed.append(state)
            super().take_fit(state)

    search(tmp_path, begun(Looks()), limits=Limits(9))
    (path,) = (tmp_path / FITS).iterdir()
    told = [row["candidate"] for row in rows(tmp_path)[:4] if row["fitness"] is not None]
    known = learnt_from(read_state(path), BitStrings(), [*told, "1010101010"])
    assert known is not None
    assert known.tolist() == [*([True] * len(told)), False]
    assert [set(state.arrays) for state in handed] == [{"means", "cuts"}]


@settings(max_examples=8)
@given(workers=st.integers(1, 5), order=st.integers(0, 2**32).map(random.Random))
def test_rows_do_not_depend_on_workers_nor_on_how_long_a_fit_takes(
    unbroken: Path, workers: int, order: random.Random
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        fits = SlowFits(lambda: order.randint(1, 6))
        assert search(Path(folder), pool=FakePool(workers, order), fits=fits) is Ending.FINISHED
        assert rows(Path(folder)) == rows(unbroken)


def test_a_strategy_is_neither_asked_nor_told_while_it_waits(tmp_path: Path) -> None:
    strategy, again = learns(), learns()
    search(tmp_path / "a", strategy, pool=FakePool(4, random.Random(3)), fits=SlowFits(lambda: 5))
    search(tmp_path / "b", again, fits=SlowFits(lambda: 1))
    assert strategy.heard == again.heard
    fit = next(i for i, heard in enumerate(strategy.heard) if heard.startswith("fit"))
    assert (strategy.heard[fit - 1], strategy.heard[fit + 1]) == ("tell 3", "ask")


@pytest.mark.parametrize("stop", [3, 7, 13])
def test_a_search_that_goes_on_makes_no_fit_again(unbroken: Path, tmp_path: Path, stop: int) -> None:
    options = {"folder": str(tmp_path / "begun")}
    search(tmp_path / "run", learns(**options), limits=Limits(stop))
    search(tmp_path / "run", learns(**options))
    assert rows(tmp_path / "run") == rows(unbroken)
    assert len(list((tmp_path / "begun").iterdir())) == 3


def test_ticks_and_trials_go_on_while_a_fit_is_made(tmp_path: Path) -> None:
    class Ticks(Observer):
        learning: ClassVar[list[int]] = []

        def tick(self, run: LiveRun) -> None:
            self.learning.append(run.learning)

    ticks = Ticks()
    search(tmp_path, fits=SlowFits(lambda: 20), observers=[ticks], pool=FakePool(4), limits=Limits(9))
    assert len(ticks.learning) >= 20
    assert {*ticks.learning} == {0, 3}  # labels that a fit was made of


@pytest.mark.parametrize("running", [0, 3])
def test_a_search_that_is_over_waits_for_no_fit(tmp_path: Path, running: int) -> None:
    """At a look-ahead of 4 nothing runs where the fit is wanted once all are told; else trials are waited for."""

    class Stops(Observer):
        def tick(self, run: LiveRun) -> None:
            if fits.running:
                run.stop()

    class Never(SlowFits):
        running = False

        def start(self, request: FitRequest) -> None:
            super().start(request)
            self.running = True

        def cancel(self) -> None:
            super().cancel()
            self.running = False

    fits = Never(lambda: 1_000_000)
    config = toy_config(ahead=1 + running)
    assert search(tmp_path, fits=fits, observers=[Stops()], config=config, pool=FakePool(2)) is Ending.STOPPED
    assert not fits.running
    assert fits.made == 0
    assert len(rows(tmp_path)) in {4, 5, 6, 7}
    assert search(tmp_path, config=config) is Ending.FINISHED


def test_a_strategy_that_wants_what_it_was_handed_is_told_so(tmp_path: Path) -> None:
    class Insatiable(Learns):
        def take_fit(self, state: FittedState) -> None:
            """Want it again."""

    strategy = Insatiable()
    with pytest.raises(ContractError, match=r"fit_request\(\) asks for the fit that take_fit\(\) was just handed"):
        search(tmp_path, strategy)


@pytest.mark.parametrize(("fails", "error"), [("usage", UsageError), ("error", FitError)])
def test_an_error_of_a_fit_ends_the_search(tmp_path: Path, fails: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        search(tmp_path, learns(fails=fails))


def test_what_cannot_be_kept_is_said_in_a_line(tmp_path: Path) -> None:
    class Odd(MeanByToken):
        def fit(self, space: object, labelled: Labelled, seed: int) -> FittedState:
            return FittedState({}, {"odd": object()})

    odd = learns()
    odd.predictor = Odd()
    with pytest.raises(FitError, match=r"^what a fit has learnt cannot be kept: notes that JSON cannot hold"):
        search(tmp_path, odd)


def test_a_damaged_file_is_made_again(unbroken: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    search(tmp_path)
    damaged = sorted((tmp_path / FITS).iterdir())[0]
    content = damaged.read_bytes()
    damaged.write_bytes(content[:20])
    search(tmp_path, limits=Limits(EVALUATIONS + 1))
    assert damaged.read_bytes() == content
    assert f"note: {damaged} is made again" in caplog.text


def test_a_file_of_another_fit_is_made_again(unbroken: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    search(tmp_path)
    contents = {path: path.read_bytes() for path in (tmp_path / FITS).iterdir()}
    first, other, foreign = contents
    first.write_bytes(contents[other])
    write_state(foreign, FittedState({}, {"another": "program"}))
    search(tmp_path, limits=Limits(EVALUATIONS + 1))
    assert {path: path.read_bytes() for path in contents} == contents
    for path in (first, foreign):
        assert f"note: {path} is made again: it holds another fit" in caplog.text
    assert f"note: {other}" not in caplog.text


def test_a_kept_fit_that_the_strategy_refuses_is_made_again_and_one_just_made_is_an_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Picky(Learns):
        refused: ClassVar[list[Exception]] = []

        def take_fit(self, state: FittedState) -> None:
            if self.refused:
                raise self.refused.pop()
            super().take_fit(state)

    search(tmp_path, learns(), limits=Limits(14))
    Picky.refused = [KeyError("means")]
    search(tmp_path, begun(Picky()))
    assert "is made again: 'means'" in caplog.text
    assert len(rows(tmp_path)) == EVALUATIONS
    for error, raised in ((UsageError("no tiers"), UsageError), (KeyError("means"), FitError)):
        Picky.refused = [error]
        with pytest.raises(raised, match=r"tiers|cannot use what was fitted for it: KeyError: 'means'"):
            search(tmp_path / raised.__name__, begun(Picky()))


@pytest.mark.parametrize("folder", [True, False])
def test_what_stands_where_a_fit_is_kept_is_told(tmp_path: Path, folder: bool) -> None:
    search(tmp_path, limits=Limits(3))
    path = tmp_path / FITS / f"{digest(_first_request(tmp_path), toy_config().space)}.safetensors"
    if folder:
        path.mkdir(parents=True)
    else:
        (tmp_path / FITS).touch()
    with pytest.raises(FitError, match=rf"^{re.escape(str(path))}: something else is where a fit is to be kept"):
        search(tmp_path)


def _first_request(run_dir: Path) -> FitRequest:
    """Return what a search asks for first, taken from where it kept it."""
    asked: list[FitRequest] = []

    class Noting(SlowFits):
        def start(self, request: FitRequest) -> None:
            asked.append(request)
            super().start(request)

    search(run_dir / "noted", fits=Noting(lambda: 1))
    return asked[0]


def test_the_summary_says_how_many_were_made_and_found(tmp_path: Path) -> None:
    fits, strategy = Fits(tmp_path, SPACE, InlineFits(BitStrings())), learns(refit=1)
    assert fits.lines() == []
    for number in range(2):
        strategy.tell(Evaluation(number, None, (0, 1) * 5, Status.COMPLETED, 1.0))
        assert fits.settled(strategy) is False
        fits.wait(0.0)
        assert fits.settled(strategy)
    assert fits.lines()[0].startswith("2 fits made in ")
    again, fresh = Fits(tmp_path, SPACE, InlineFits(BitStrings())), learns(refit=1)
    fresh.tell(Evaluation(0, None, (0, 1) * 5, Status.COMPLETED, 1.0))
    assert again.settled(fresh)
    assert again.lines() == [f"0 fits made in 0 s, 1 found in {tmp_path / FITS}"]


def test_a_fit_is_found_by_all_that_it_depends_on_and_by_nothing_else() -> None:
    request = request_fit(MeanByToken(), LABELLED)
    name = digest(request, SPACE)
    assert name == digest(request_fit(MeanByToken(), LABELLED), Choice("bits", {"length": 2}))
    others = [
        (request, Choice("bits", {"length": 3})),
        (replace(request, predictor=MeanByToken(deaths=1)), SPACE),
        (replace(request, predictor=type("Other", (MeanByToken,), {})()), SPACE),
        (replace(request, labelled=Labelled(("01", "10"), LABELLED.labels)), SPACE),
        (replace(request, labelled=Labelled(LABELLED.texts, (1.0, 3.0 + 1e-15))), SPACE),
        (replace(request, seed=0), SPACE),
    ]
    assert len({name, *(digest(*other) for other in others)}) == 7


def test_a_warm_start_passes_fits_on(tmp_path: Path) -> None:
    then = learns(refit=2)
    search(tmp_path, WarmStart([(1,) * 10, (0,) * 10], then), limits=Limits(4), config=toy_config(ahead=1))  # type: ignore[arg-type]
    assert then.heard == ["tell 0", "tell 1", "fit 1", "ask", "tell 2", "ask", "tell 3"]  # 11... is a failure


COMMAND = ["--space", "tests.toy:BitStrings", "--data", "noise", "--workers", "0", "--ahead", "4"]
STRATEGY = "tests.tiny_predictor:Learns"


def command(run_dir: Path, *more: str, fitness: str = "tests.toy:CountOnes") -> list[str]:
    return [*COMMAND, "--fitness", fitness, "--strategy", STRATEGY, "--run-dir", str(run_dir), *more]


@pytest.mark.parametrize(("fails", "code", "words"), [("usage", 2, "labels: nothing"), ("error", 1, "a fit of MeanBy")])
def test_a_command_says_why_a_fit_failed_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fails: str, code: int, words: str
) -> None:
    asked = command(tmp_path / "run", "--evaluations", "9", "--set", f"strategy.fails={fails}")
    assert main(asked) == code
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert words in last
    assert len(last) < 500
    assert read_progress(tmp_path / "run")["state"] == "failed"
    assert len(rows(tmp_path / "run")) >= 4


def test_a_command_says_what_the_strategy_says_and_keeps_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = command(tmp_path / "run", "--evaluations", "9")
    assert main(asked) == 0
    assert "learnt from 9 labels" in capsys.readouterr().out
    said = (tmp_path / "run" / "strategy.txt").read_text().splitlines()
    assert said[0] == "learnt from 9 labels"
    assert said[1].startswith("1 fit made in ")


def test_after_a_kill_during_a_fit_rows_are_the_same_and_kept_fits_are_not_made_again(tmp_path: Path) -> None:
    begun, whole = tmp_path / "begun", tmp_path / "whole"
    asked = ["--evaluations", "14", "--set", f"strategy.folder={begun}", "--set", "strategy.sleep_s=0.2"]
    killed = subprocess.Popen([sys.executable, "-m", "evo.run", *command(tmp_path / "run", *asked)], cwd=REPOSITORY)
    give_up = time.monotonic() + 120.0
    while not (begun / "2").exists() and time.monotonic() < give_up:
        time.sleep(0.01)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert len(list((tmp_path / "run" / FITS).glob("*.safetensors"))) == 1
    assert main(["--resume", str(tmp_path / "run"), "--trust-plugins", "--workers", "0", "--quiet"]) == 0
    assert len(list(begun.iterdir())) == 3  # two, of which one was killed and made again
    assert main(command(whole, "--evaluations", "14")) == 0
    assert rows(tmp_path / "run") == rows(whole)


def play(study: Study, count: int) -> list[Trial]:
    trials = []
    for _ in range(count):
        trial = study.ask()
        assert trial is not None
        study.tell(trial, fitness=float(sum(trial.candidate)))
        trials.append(trial)
    return trials


def test_a_study_fits_before_it_asks_and_takes_up_what_it_kept(tmp_path: Path) -> None:
    def begin(name: str) -> Study:
        strategy = Learns(folder=str(tmp_path / f"begun {name}"))
        return Study(space=BitStrings, strategy=strategy, run_dir=tmp_path / name)

    with begin("whole") as study:
        whole = play(study, 10)
    with begin("parts") as study:
        play(study, 4)
        assert not (tmp_path / "begun parts").exists()  # nobody has needed it
        play(study, 1)
        assert len(list((tmp_path / "begun parts").iterdir())) == 1
    with begin("parts") as study:
        assert [trial.text for trial in play(study, 5)] == [trial.text for trial in whole[5:]]
    assert len(list((tmp_path / "begun parts").iterdir())) == 2


def test_a_study_whose_fit_fails_can_be_told_on_nothing_and_loses_nothing(tmp_path: Path) -> None:
    with Study(space=BitStrings, strategy=Learns(fails="usage"), run_dir=tmp_path / "run") as study:
        play(study, 4)
        for _ in range(2):
            with pytest.raises(UsageError, match="nothing can be learnt"):
                study.ask()
        assert len(study.trials()) == 4
