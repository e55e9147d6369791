"""Catches: a best that is chosen by the frozen positions, at which a search ends blind; a position, a tie or a failure
that is counted otherwise than stated; a candidate that counts twice; a damaged file that is believed."""

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest

import evo
from evo.engine.final_choice import FILE, FinalChoice, keep_final, read_final
from evo.engine.summary import describe, summarise
from evo.records.requests import Placement, SearchRequest
from evo.reporting.run_status import run_status
from evo.searching import run_request
from evo.storage.run_folder import BEST, REFERENCE
from fitness.reference import ScoredSample
from tasks.foundation.errors import UsageError
from tests.runs import log_outcomes, scored
from tests.tiny_reference import Standardised
from tests.toy import CountedBitStrings

NAN = math.nan
EMPTY = np.empty(0)


def row(key: str, **metrics: float) -> dict[str, Any]:
    return {"key": key, "metrics": [(name.replace("failed_", "failed: "), value) for name, value in metrics.items()]}


def test_a_candidate_of_both_counts_once_with_the_score_of_the_run() -> None:
    final = FinalChoice({"a": 1.0}, ["x", "y"], {"a": np.array([5.0, 1.0])})
    joint = final.joint([row("x", a=0.0), row("z", a=2.0), row("w", a=9.0, failed_a=1.0), row("v")])
    # of x, y, z, w, v two failed; then 0 < 1 < 2: ranks 3 and 5 of 6
    np.testing.assert_allclose(joint, [math.log(3 / 6), math.log(5 / 6), -math.inf, -math.inf])


def chosen_run(run_dir: Path) -> Path:
    """Return a run whose highest fitness is not the best by positions."""
    values = [(3.0, 1.0, 9.0), (2.0, 5.0, 5.0), (1.0, 4.0, 4.0)]
    log_outcomes(run_dir, [scored(f, metrics={"a": a, "b": b}) for f, a, b in values])
    sample = ScoredSample(("0" * 10,), {"a": np.array([2.0]), "b": np.array([NAN])}, EMPTY, EMPTY)
    keep_final(run_dir, {"a": 1.0, "b": 1.0}, sample, str)
    return run_dir


def test_candidates_of_reference_and_run_are_counted_once() -> None:
    final = FinalChoice({"a": 1.0}, ("x", "y", "z"), {"a": np.array([1.0, 2.0, 3.0])})
    said = (
        "best by joint: mean log position among {} of the reference, weights a 1.00; fitness is what the search went by"
    )
    assert final.line({"x", "y", "n"}) == said.format("3 candidates of the run and 1 other")
    assert final.line({"n"}) == said.format("1 candidate of the run and 3 others")


def test_the_best_is_the_one_of_the_highest_joint_position_and_the_summary_says_so(tmp_path: Path) -> None:
    summary = summarise(chosen_run(tmp_path))
    assert [row["trial_id"] for row in summary.best] == [1, 0, 2]
    # of four different ones, trial 0 is of the reference, too: n = 3
    assert summary.best[0]["joint"] == pytest.approx((math.log(3 / 4) + math.log(2 / 4)) / 2)
    lines = describe(summary)
    # the one of the reference is one of the run
    assert lines[0].startswith("best by joint: mean log position among 3 candidates of the run and 0 others of the ")
    assert lines[0].endswith("weights a 1.00, b 1.00; fitness is what the search went by")
    assert lines[1].split() == ["trial", "joint", "fitness", "params", "(M)", "MACs", "(M)", "candidate"]
    assert lines[2].split()[:3] == ["1", "-0.490415", "2"]


def test_without_weights_the_fitness_decides(tmp_path: Path) -> None:
    keep_final(tmp_path, {}, ScoredSample((), {}, EMPTY, EMPTY), str)
    assert json.loads((tmp_path / REFERENCE / FILE).read_text())["weights"] == {}
    log_outcomes(tmp_path, [scored(1.0), scored(2.0)])
    assert read_final(tmp_path) is None
    found = summarise(tmp_path)
    assert [row["trial_id"] for row in found.best] == [1, 0]
    assert describe(found)[0].split()[:2] == ["trial", "fitness"]


@pytest.mark.parametrize(
    "change",
    [
        {"weights": {"c": 1.0}},
        {"weights": {"a": -1.0}},
        {"weights": {"a": 0.0, "b": 0.0}},
        {"weights": {"a": math.inf}},
        {"weights": []},
        {"scores": {"a": [1.0, 2.0], "b": [1.0]}},
        {"scores": {"a": ["x"], "b": [1.0]}},
        {"keys": None},
    ],
    ids=str,
)
def test_a_damaged_file_is_one_line(tmp_path: Path, change: dict[str, Any]) -> None:
    path = chosen_run(tmp_path) / REFERENCE / FILE
    assert read_final(tmp_path) is not None
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(UsageError, match="is not what this version writes") as caught:
        read_final(tmp_path)
    assert str(caught.value).endswith("; --resume writes it again")
    path.write_text("{")
    with pytest.raises(UsageError, match="cannot be read"):
        read_final(tmp_path)


def test_a_search_ends_with_the_best_by_positions_wherever_it_is_shown(tmp_path: Path) -> None:
    fitness = "tests.tiny_reference:Standardised(size=6,last=true)"
    asked: dict[str, Any] = {"space": "tests.toy:BitStrings", "fitness": fitness, "data": "noise", "evaluations": 8}
    run_request(SearchRequest(**asked, run_dir=tmp_path / "run", placement=Placement(workers=0), trust=True))
    run = evo.load(tmp_path / "run")
    best = run.best(8)
    values = [one.metrics["tests.toy:CountOnes"] for one in best]
    assert values == sorted(values, reverse=True)
    architecture = json.loads((tmp_path / "run" / BEST).read_text())
    assert (architecture["candidate"], architecture["fitness"]) == (best[0].candidate, best[0].fitness)
    n = 6 + len(best)
    assert architecture["joint"] == pytest.approx(math.log(n / (n + 1)))
    assert architecture["chosen"].startswith("best by joint: ")
    assert architecture["chosen"] in run_status(tmp_path / "run").lines
    assert " joint " in repr(run)


class OfCounts(Standardised):
    """One to which only the number of ones matters."""

    scores_functions = True


def test_a_candidate_of_both_is_known_by_what_the_fitness_scores_once(tmp_path: Path) -> None:
    fitness = OfCounts(size=20, last=True, member="tests.toy:CountOnesOnly")
    run = evo.search(
        space=CountedBitStrings(), fitness=fitness, data="noise", evaluations=8, workers=0, run_dir=tmp_path / "run"
    )
    kept = json.loads((tmp_path / "run" / REFERENCE / FILE).read_text())
    assert kept["keys"] == [str(text.count("1")) for text in kept["candidates"]]
    rows = run.trials().filter(pc.invert(run.trials()["reused"]))["key"].to_pylist()
    n = len(rows) + sum(key not in rows for key in kept["keys"])
    assert run.best()[0].key == max(rows, key=int)
    above = sum(int(key) > int(max(rows, key=int)) for key in kept["keys"])
    best = json.loads((tmp_path / "run" / BEST).read_text())
    assert best["joint"] == pytest.approx(math.log((n - above) / (n + 1)))


def searched(run_dir: Path, *, last: bool) -> None:
    fitness = f"tests.tiny_reference:Standardised(size=6,last={str(last).lower()})"
    asked: dict[str, Any] = {"space": "tests.toy:BitStrings", "fitness": fitness, "data": "noise", "evaluations": 4}
    run_request(SearchRequest(**asked, run_dir=run_dir, placement=Placement(workers=0), trust=True))


@pytest.mark.parametrize("last", [True, False])
def test_a_lost_file_is_told_wherever_the_best_is(tmp_path: Path, caplog: pytest.LogCaptureFixture, last: bool) -> None:
    run_dir = tmp_path / "run"
    searched(run_dir, last=last)
    path, run = run_dir / REFERENCE / FILE, evo.load(run_dir)
    tellers: list[Callable[[], object]] = [run.best, lambda: run_status(run_dir).lines, lambda: repr(run)]
    for tell in tellers:
        tell()
    assert not [record for record in caplog.records if record.levelname == "WARNING"]
    content = path.read_text()
    path.unlink()
    for tell in tellers:
        caplog.clear()
        tell()
        (said,) = (record.getMessage() for record in caplog.records if record.levelname == "WARNING")
        assert said == (
            f"note: {path} is missing: the best shown is that of the highest fitness alone; --resume writes it again"
        )
    searched(run_dir, last=last)
    assert path.read_text() == content


def test_a_run_that_scores_its_reference_has_lost_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    searched(tmp_path, last=True)
    shutil.rmtree(tmp_path / "evaluations")
    (tmp_path / REFERENCE / FILE).unlink()
    caplog.clear()
    assert read_final(tmp_path) is None
    assert not caplog.records


def test_scores_of_a_reference_that_changed_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = chosen_run(tmp_path) / REFERENCE / FILE
    chosen_run(tmp_path)
    assert not caplog.records
    sample = ScoredSample(("0" * 10,), {"a": np.array([2.5]), "b": np.array([NAN])}, EMPTY, EMPTY)
    keep_final(tmp_path, {"a": 1.0, "b": 1.0}, sample, str)
    (said,) = caplog.messages
    assert said.startswith(f"note: {path} held other scores of the reference, ")
    assert json.loads(path.read_text())["scores"]["a"] == [2.5]
    path.write_text("{")
    keep_final(tmp_path, {"a": 1.0}, sample, str)
    assert len(caplog.messages) == 1
