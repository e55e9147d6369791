"""Whole evolutions in this process. Catches: rows that depend on the number of workers at equal look-ahead, or that are
promised at another, initial candidates that do not come first or are not learnt from, a
target or a callback that does not stop a search, rows that are lost where a callback raises or Ctrl-C comes, a search
that prints."""

import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from evo.commands.run import main
from evo.engine.evolution import Evolution
from evo.engine.observer import FinishedCallback, LiveRun, Observer
from evo.records.requests import Placement, SearchRequest
from evo.records.resources import Cluster, Resources
from evo.records.trial import Finished
from evo.searching import Searched, run_request
from evo.storage.run_folder import BEST, read_config, read_progress
from evo.strategies.regularized_evolution import RegularizedEvolution
from tasks.foundation.errors import UsageError
from tests.runs import FakePool, Row, rows
from tests.tiny_images import REMARK, BrokenLabels
from tests.toy import BitStrings, CountOnes

FIRST = ["1111100000", "0000011111"]


def search(run_dir: Path, *observers: Observer, **asked: Any) -> Searched:
    """Search bit strings without noise in this process, one trial after the other."""
    given: dict[str, Any] = {
        "space": BitStrings,
        "fitness": CountOnes(noise=0.0),
        "strategy": RegularizedEvolution(population=2, tournament=2),
        "data": "noise",
        "ahead": 1,
        "evaluations": 8,
    }
    request = SearchRequest(**given | asked, run_dir=run_dir, placement=Placement(workers=0))
    return run_request(request, observers=observers)


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many workers as are asked for, without Ray; they finish in a random order."""

    @contextmanager
    def opened(placement: Placement) -> Iterator[tuple[Cluster, Resources]]:
        yield Cluster(None, 99, 0.0), Resources(int(placement.workers), 0.0)

    @contextmanager
    def workers(evolution: Evolution, resources: Resources) -> Iterator[FakePool]:
        yield FakePool(resources.workers, random.Random(resources.workers))

    monkeypatch.setattr("evo.engine.session.opened", opened)
    monkeypatch.setattr("evo.engine.watching._metrics", lambda folder, resources: [])  # which are Ray's
    monkeypatch.setattr(Evolution, "_workers", workers)


def rows_of(run_dir: Path, workers: int, ahead: str) -> list[Row]:
    strategy = RegularizedEvolution(population=5, tournament=2)
    asked: dict[str, Any] = {"space": BitStrings, "fitness": CountOnes, "strategy": strategy, "data": "noise"}
    placement = Placement(workers=workers)
    run_request(SearchRequest(**asked, ahead=ahead, evaluations=60, run_dir=run_dir, placement=placement))
    return rows(run_dir)


@pytest.mark.usefixtures("busy")
def test_any_number_of_workers_has_the_rows_of_one_at_equal_look_ahead(tmp_path: Path) -> None:
    one = rows_of(tmp_path / "1", 1, "auto")
    assert rows_of(tmp_path / "12 at 4", 12, "4") == one
    assert rows_of(tmp_path / "2", 2, "auto") == one
    assert rows_of(tmp_path / "12", 12, "auto") != one  # whose look-ahead is 24


def test_the_help_and_the_readme_promise_equal_rows_at_equal_look_ahead_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    changes = (Path(__file__).parents[3] / "CHANGELOG.md").read_text(encoding="utf-8")
    for text in (capsys.readouterr().out, readme, changes):
        said = " ".join(text.split())
        assert "any number of workers at equal look-ahead" in said
        assert said.count("any number of workers") == said.count("any number of workers at equal look-ahead")


class CountsPairs(CountOnes):
    """A fitness that cannot do just what it is asked for."""

    def options_in_force(self, images: object) -> list[str]:
        return ["pictures=3: 2, in pairs"]


def test_options_that_are_not_met_as_given_are_told_at_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="evo"):
        search(tmp_path / "run", fitness=CountsPairs(noise=0.0))
    announced = caplog.messages[0].splitlines()
    assert announced[2:] == ["note: tests.evo.engine.test_evolution:CountsPairs: pictures=3: 2, in pairs"]


def texts(run_dir: Path) -> list[str]:
    return [row["candidate"] for row in rows(run_dir)]


def after(count: int, action: Callable[[LiveRun], object]) -> Observer:
    """Return a callback that acts once so many trials are finished."""

    def act(run: LiveRun, finished: Finished) -> None:
        if finished.trial.trial_id == count - 1:
            action(run)

    return FinishedCallback(act)


def test_initial_candidates_come_first_and_take_the_place_of_random_ones(tmp_path: Path) -> None:
    search(tmp_path / "run", initial=(FIRST[0], (0, 0, 0, 0, 0, 1, 1, 1, 1, 1)))
    found = rows(tmp_path / "run")
    assert texts(tmp_path / "run")[:2] == FIRST
    assert [row["parent_id"] for row in found[:2]] == [None, None]
    assert [row["fitness"] for row in found[:2]] == [5.0, 5.0]
    assert found[2]["parent_id"] in (0, 1)  # they are the whole first population, and it was told of them
    assert all(row["parent_id"] is not None for row in found[2:])
    assert read_config(tmp_path / "run").initial == tuple(FIRST)


def test_fewer_initial_candidates_than_a_population_leave_the_rest_to_chance(tmp_path: Path) -> None:
    evolution = RegularizedEvolution(population=3, tournament=2)
    search(tmp_path / "run", initial=(FIRST[0],), strategy=evolution)
    assert texts(tmp_path / "run")[0] == FIRST[0]
    assert [row["parent_id"] is None for row in rows(tmp_path / "run")[:4]] == [True, True, True, False]


def test_a_search_with_initial_candidates_is_resumed_and_is_another_without_them(tmp_path: Path) -> None:
    search(tmp_path / "whole", initial=tuple(FIRST))
    search(tmp_path / "run", initial=tuple(FIRST), evaluations=4)
    with pytest.raises(UsageError, match="holds another search"):
        search(tmp_path / "run")
    search(tmp_path / "run", initial=tuple(FIRST))
    assert rows(tmp_path / "run") == rows(tmp_path / "whole")


@pytest.mark.parametrize("initial", [("012",), (FIRST[0], "1" * 11), (3,)])
def test_an_initial_candidate_that_the_space_refuses_is_one_line_and_nothing_written(
    tmp_path: Path, initial: tuple[Any, ...]
) -> None:
    with pytest.raises(UsageError, match=r"^--initial") as caught:
        search(tmp_path / "run", initial=initial)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_a_file_of_initial_candidates_is_the_commands(tmp_path: Path) -> None:
    (tmp_path / "first").write_text("\n".join(FIRST))
    asked = ["--space", "tests.toy:BitStrings", "--fitness", "tests.toy:CountOnes", "--data", "noise", "--quiet"]
    first = ["--initial", str(tmp_path / "first"), "--evaluations", "3", "--workers", "0"]
    assert main([*asked, *first, "--run-dir", str(tmp_path / "run")]) == 0
    assert texts(tmp_path / "run")[:2] == FIRST


def test_a_target_stops_a_search_once_it_is_reached_and_a_higher_one_goes_on(tmp_path: Path) -> None:
    ended = search(tmp_path / "run", initial=tuple(FIRST), target=6.0, evaluations=500)
    fitness = [row["fitness"] for row in rows(tmp_path / "run")]
    assert ended.state == read_progress(tmp_path / "run")["state"] == "on target"
    assert fitness[-1] >= 6.0 > max(fitness[:-1])
    asked = {"initial": tuple(FIRST), "evaluations": 500}
    assert search(tmp_path / "run", **asked).state == "on target"  # which the folder keeps
    assert len(rows(tmp_path / "run")) == len(fitness)
    search(tmp_path / "run", **asked, target=7.0)
    assert max(row["fitness"] for row in rows(tmp_path / "run")) == 7.0
    assert rows(tmp_path / "run")[-1]["fitness"] == 7.0


def test_a_callback_stops_a_search_which_is_taken_up_again(tmp_path: Path) -> None:
    assert search(tmp_path / "run", after(3, LiveRun.stop)).state == "stopped"
    assert len(rows(tmp_path / "run")) == 3
    assert search(tmp_path / "run").state == "finished"
    search(tmp_path / "whole")
    assert rows(tmp_path / "run") == rows(tmp_path / "whole")


class BrokenError(Exception):
    """What a callback of the caller's own raises."""


@pytest.mark.parametrize(("error", "state"), [(BrokenError(), "failed"), (KeyboardInterrupt(), "interrupted")])
def test_whatever_a_callback_raises_every_trial_is_saved_and_observers_hear_of_the_end(
    tmp_path: Path, error: BaseException, state: str
) -> None:
    ends: list[str] = []

    class Hears(Observer):
        """Notes how a search ended."""

        def ended(self, run: LiveRun, state: str) -> None:
            ends.append(state)

    def fail(run: LiveRun) -> None:
        raise error

    if isinstance(error, KeyboardInterrupt):
        assert search(tmp_path / "run", Hears(), after(3, fail)).state == state
        assert (tmp_path / "run" / BEST).is_file()
    else:
        with pytest.raises(BrokenError):
            search(tmp_path / "run", Hears(), after(3, fail))
    assert len(rows(tmp_path / "run")) == 3
    assert ends == [read_progress(tmp_path / "run")["state"]] == [state]
    search(tmp_path / "run")
    search(tmp_path / "whole")
    assert rows(tmp_path / "run") == rows(tmp_path / "whole")


def test_callbacks_see_the_best_the_total_and_what_was_there_before(tmp_path: Path) -> None:
    seen: list[tuple[int, int, float | None]] = []

    class Sees(Observer):
        """Notes where a search stands."""

        def started(self, run: LiveRun) -> None:
            seen.append((run.total, run.replayed, run.best))

        def finished(self, run: LiveRun, finished: Finished) -> None:
            seen.append((run.total, run.replayed, run.best))

    search(tmp_path / "run", Sees(), initial=tuple(FIRST), evaluations=2)
    search(tmp_path / "run", Sees(), initial=("1111100000", "0000011111"), evaluations=3)
    assert seen[:4] == [(2, 0, None), (2, 0, 5.0), (2, 0, 5.0), (3, 2, 5.0)]
    assert len(seen) == 5


def test_a_search_logs_what_it_says_and_prints_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="evo"):
        search(tmp_path / "run")
    assert capsys.readouterr() == ("", "")
    assert "regularized_evolution over tests.toy:BitStrings by tests.toy:CountOnes on noise, seed 0" in caplog.text
    assert "in this process, look-ahead 1, told by number" in caplog.text
    assert "8 trials: 8 completed" in caplog.text


def test_several_seeds_are_for_supernets(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--seeds 2: only a differentiable search has several; give --seed"):
        search(tmp_path / "run", seeds=2)
    assert not (tmp_path / "run").exists()


def test_the_callers_strategy_is_not_begun(tmp_path: Path) -> None:
    mine = RegularizedEvolution(population=2, tournament=2)
    search(tmp_path / "run", strategy=mine, evaluations=4)
    search(tmp_path / "run", strategy=mine)
    assert mine.fresh
    search(tmp_path / "whole")
    assert rows(tmp_path / "run") == rows(tmp_path / "whole")


def test_a_strategy_of_this_tests_own_searches(tmp_path: Path) -> None:
    class Mine(RegularizedEvolution):
        """A class that no other process finds."""

    search(tmp_path / "run", strategy=Mine(population=2, tournament=2), evaluations=4)
    with pytest.raises(UsageError, match="holds another search"):
        search(tmp_path / "run")
    search(tmp_path / "run", strategy=Mine(population=2, tournament=2))
    search(tmp_path / "whole")
    assert rows(tmp_path / "run") == rows(tmp_path / "whole")


def test_what_the_images_have_to_say_is_said_at_the_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "evo")
    search(tmp_path / "run", data=BrokenLabels())
    assert REMARK in caplog.messages[0].splitlines()
