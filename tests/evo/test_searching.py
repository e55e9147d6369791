"""Catches: a search of the wrong kind, objects that are lost between a request and its run, progress that is shown
without being asked for, or not where it is."""

import threading
from pathlib import Path
from typing import Any

import pytest

from evo import searching
from evo.differentiable.search import DifferentiableSession
from evo.engine.configuring import resolve_request
from evo.engine.evolution_session import EvolutionSession
from evo.records.requests import Placement, SearchRequest
from evo.searching import run_request
from evo.storage.run_log import logged_trials
from tasks.foundation.errors import UsageError
from tests.runs import rows
from tests.toy import BitStrings, CountOnes

SUPERNET: dict[str, Any] = {
    "space": "nasbench201(stem_channels=4,cells_per_stage=1)",
    "fitness": "rotation",
    "data": "tests.tiny_images:tiny_noise",
}


def toy(run_dir: Path, **asked: Any) -> SearchRequest:
    given = {"space": BitStrings(), "fitness": CountOnes(), "data": "noise", "evaluations": 3, **asked}
    return SearchRequest(**given, run_dir=run_dir, placement=Placement(workers=0))


@pytest.mark.parametrize(
    ("strategy", "options", "kind"),
    [
        ("random_search", {}, EvolutionSession),
        ("darts", {"strategy": {"pictures": 16, "batch": 4, "held_out": 4}}, DifferentiableSession),
    ],
)
def test_the_strategy_alone_says_which_kind_of_search_it_is(strategy: str, options: Any, kind: type) -> None:
    asked = resolve_request(SearchRequest(**SUPERNET, strategy=strategy, options=options))
    assert type(searching._session(asked, [], progress=False)) is kind


def test_a_search_says_where_it_is_how_it_ended_and_what_it_was_given(tmp_path: Path) -> None:
    request = toy(tmp_path / "run")
    searched = run_request(request)
    assert (searched.path, searched.state) == (tmp_path / "run", "finished")
    assert searched.objects == {"space": request.space, "fitness": request.fitness}
    assert logged_trials(searched.path) == 3


def test_progress_is_shown_where_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_request(toy(tmp_path / "quiet"))
    assert capsys.readouterr() == ("", "")
    run_request(toy(tmp_path / "run"), progress=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "3/3 evaluations" in captured.err


def test_bad_input_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--target nan"):
        run_request(toy(tmp_path / "run", target=float("nan")))
    assert list(tmp_path.iterdir()) == []


def test_searches_of_two_threads_have_the_rows_that_each_has_alone(tmp_path: Path) -> None:
    def asked(name: str, seed: int) -> SearchRequest:
        return SearchRequest(
            space=SUPERNET["space"], fitness="regression(steps=2)", data=SUPERNET["data"], seed=seed, evaluations=4,
            strategy="random_search", run_dir=tmp_path / f"{name}{seed}", placement=Placement(workers=0),
        )  # fmt: skip

    alone = [rows(run_request(asked("alone", seed)).path) for seed in (0, 1)]
    threads = [threading.Thread(target=run_request, args=[asked("beside", seed)]) for seed in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [rows(tmp_path / f"beside{seed}") for seed in (0, 1)] == alone
    assert {row["status"] for found in alone for row in found} == {"completed"}
