"""Whole searches by several objectives. Catches: rows that depend on workers, on a kill or on a second measurement, an
objective that a reused score copies, a threshold that ends what is best by another objective, a front nobody shows."""

import json
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import evo
from evo.engine import evaluator
from evo.engine.evolution import Evolution
from evo.engine.latency import Latency
from evo.engine.observer import LiveRun, Observer
from evo.records.requests import Placement, SearchRequest
from evo.records.resources import Cluster, Resources
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.reporting.run_status import run_status
from evo.runs import Run
from evo.searching import run_request
from evo.storage.run_folder import BEST, FRONT, read_config
from tasks import derive_rng
from tasks.foundation.errors import UsageError
from tests.runs import COMPARED, FakePool, Row, interrupt_after, rows
from tests.tiny import TinyNetworks
from tests.toy import BitStrings, CountedBitStrings, CountOnes, CountOnesOnly, is_marked

METRICS = [*COMPARED, "metrics"]
NSGA = "nsga2(population=6)"
OBJECTIVES = "fitness,-weight"
Asked = dict[str, Any]
TWO_POINTS = ["1000000000", "1110000000"]


def weighed(trial: Trial) -> Outcome:
    """Return ones counted, with noise, and as a metric which of them: late ones weigh more. What is marked fails."""
    if is_marked(trial.candidate):
        return Outcome(Status.FAILED, error="no")
    fitness = sum(trial.candidate) + 0.01 * float(derive_rng(trial.seed).standard_normal())
    weight = sum(place * bit for place, bit in enumerate(trial.candidate))
    return Outcome(Status.COMPLETED, fitness=fitness, metrics={"weight": float(weight)})


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> list[FakePool]:
    """Return the pools that searches have scored by: as many workers as asked for, done in a random order."""
    made: list[FakePool] = []

    @contextmanager
    def opened(placement: Placement) -> Iterator[tuple[Cluster, Resources]]:
        yield Cluster(None, 99, 0.0), Resources(int(placement.workers), 0.0)

    @contextmanager
    def workers(evolution: Evolution, resources: Resources) -> Iterator[FakePool]:
        made.append(FakePool(resources.workers, random.Random(resources.workers), weighed))
        yield made[-1]

    monkeypatch.setattr("evo.engine.session.opened", opened)
    monkeypatch.setattr("evo.engine.watching._metrics", lambda folder, resources: [])  # which are Ray's
    monkeypatch.setattr(Evolution, "_workers", workers)
    return made


def search(run_dir: Path, *, workers: int = 1, **asked: Any) -> list[Row]:
    given: dict[str, Any] = {
        "space": BitStrings,
        "fitness": CountOnes,
        "strategy": NSGA,
        "objectives": OBJECTIVES,
        "data": "noise",
        "evaluations": 60,
        "ahead": 16,
    }
    run_request(SearchRequest(**{**given, **asked}, run_dir=run_dir, placement=Placement(workers=workers)))
    return rows(run_dir, METRICS)


@pytest.mark.usefixtures("pools")
def test_any_number_of_workers_has_the_rows_of_one(tmp_path: Path) -> None:
    one = search(tmp_path / "1")
    assert search(tmp_path / "2", workers=2) == one
    assert search(tmp_path / "7", workers=7) == one
    completed = [row for row in one if row["status"] == "completed"]
    for row in completed:
        metrics = dict(row["metrics"])
        assert metrics["objective.weight"] == -metrics["weight"]
    assert {row["parent_id"] for row in one} <= {None, *(row["trial_id"] for row in completed)}
    assert search(tmp_path / "other", objectives="fitness,weight") != one


@pytest.mark.usefixtures("pools")
def test_a_run_that_was_interrupted_has_the_rows_of_an_unbroken_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = search(tmp_path / "whole")
    with monkeypatch.context() as patched:
        interrupt_after(23, patched)
        assert 0 < len(search(tmp_path / "broken", workers=3)) < 60
    assert search(tmp_path / "broken", workers=2) == whole
    assert (tmp_path / "broken" / FRONT).read_text() == (tmp_path / "whole" / FRONT).read_text()


@pytest.mark.usefixtures("pools")
def test_a_log_that_lost_its_objectives_is_gone_on_with_by_what_was_measured(tmp_path: Path) -> None:
    whole = search(tmp_path / "whole")
    search(tmp_path / "run", evaluations=30)
    (part,) = (tmp_path / "run" / "evaluations").iterdir()
    table = pq.read_table(part)
    kept = [[pair for pair in row if pair[0] == "weight"] for row in table["metrics"].to_pylist()]
    place, field = table.schema.get_field_index("metrics"), table.schema.field("metrics")
    pq.write_table(table.set_column(place, field, pa.array(kept, field.type)), part)
    found = search(tmp_path / "run")
    assert [row["candidate"] for row in found] == [row["candidate"] for row in whole]
    assert found[30:] == whole[30:]


@pytest.mark.slow
@pytest.mark.usefixtures("ray_cluster")
def test_two_processes_have_the_rows_of_this_one(tmp_path: Path) -> None:
    asked: Asked = {"space": TinyNetworks, "fitness": "params", "objectives": "fitness,-macs"}
    asked |= {"strategy": NSGA, "data": "noise", "evaluations": 14}
    here, there = (evo.search(**asked, workers=workers, run_dir=tmp_path / str(workers)) for workers in (0, 2))
    assert rows(here.path, METRICS) == rows(there.path, METRICS)
    assert len({row["candidate"] for row in rows(here.path)}) > 3


def test_the_line_before_the_first_trial_says_what_is_maximised(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="evo"):
        search(
            tmp_path / "run",
            space=TinyNetworks,
            fitness="params",
            objectives="fitness,-latency",
            workers=0,
            evaluations=2,
        )
    assert caplog.messages[0].splitlines()[2].startswith("objectives fitness, -latency: of each")
    assert caplog.messages[0].splitlines()[3].startswith("note: latency is measured one candidate at a time")


def test_no_trial_has_a_threshold(tmp_path: Path, pools: list[FakePool]) -> None:
    evolution = evo.RegularizedEvolution(population=4, tournament=2)
    search(tmp_path / "one", strategy=evolution, objectives=None)
    search(tmp_path / "two", strategy=evolution)
    one, two = ([trial.threshold for trial in pool.evaluated] for pool in pools)
    assert any(threshold is not None for threshold in one)
    assert set(two) == {None}


@pytest.mark.usefixtures("pools")
def test_any_strategy_has_a_front(tmp_path: Path) -> None:
    search(tmp_path / "run", strategy="random_search")
    assert len(evo.load(tmp_path / "run").front()) > 1


def test_by_several_objectives_nsga2_is_the_strategy_unless_another_is_named(tmp_path: Path) -> None:
    asked: Asked = {"space": BitStrings, "fitness": CountOnes, "data": "noise", "evaluations": 2, "workers": 0}
    for name, more, strategy in (
        ("a", {"objectives": "fitness,zeros"}, "nsga2"),
        ("b", {"objectives": ["fitness"]}, "regularized_evolution"),
        ("c", {"objectives": "fitness,zeros", "strategy": "random_search"}, "random_search"),
        ("d", {"objectives": "fitness,zeros", "population": 7}, "nsga2"),
    ):
        run = evo.search(**asked, **more, run_dir=tmp_path / name)
        assert run.config.strategy.name == strategy
        assert run.config.objectives == (("fitness", "zeros") if "," in str(more["objectives"])[:9] else ())
    assert read_config(tmp_path / "d").strategy.options["population"] == 7


def test_objectives_are_part_of_what_a_run_is(tmp_path: Path) -> None:
    asked: Asked = {"space": BitStrings, "fitness": CountOnes, "data": "noise", "evaluations": 2, "workers": 0}
    evo.search(**asked, objectives="fitness,zeros", strategy="random_search", run_dir=tmp_path / "run")
    assert json.loads((tmp_path / "run" / "config.json").read_text())["search"]["objectives"] == ["fitness", "zeros"]
    others: tuple[Asked, ...] = ({"objectives": "fitness,-zeros"}, {})
    for other in others:
        with pytest.raises(UsageError, match=r"holds another search \(objectives \['fitness', 'zeros'\] there"):
            evo.search(**asked, **other, strategy="random_search", run_dir=tmp_path / "run")
    resumed = evo.load(tmp_path / "run", trust=True).resume(evaluations=4, workers=0)
    assert len(resumed) == 4
    assert all("objective.zeros" in dict(row["metrics"]) for row in rows(resumed.path, ["metrics"]))
    with pytest.raises(UsageError, match="holds another search"):
        resumed.resume(objectives="fitness", workers=0)


def test_a_run_without_objectives_stores_none(tmp_path: Path) -> None:
    evo.search(space=BitStrings, fitness=CountOnes, data="noise", evaluations=2, workers=0, run_dir=tmp_path)
    assert "objectives" not in json.loads((tmp_path / "config.json").read_text())["search"]
    assert not (tmp_path / FRONT).exists()
    assert (tmp_path / BEST).exists()


def shown(run: Run) -> list[str]:
    """Return the lines of a front in the report of a run."""
    lines = run_status(run.path).lines
    return lines[next(place for place, line in enumerate(lines) if line.startswith("front: ")) :]


def test_summary_status_file_and_python_show_one_front(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    asked: Asked = {"space": TinyNetworks, "fitness": "params", "objectives": "fitness,-macs", "data": "noise"}
    with caplog.at_level("INFO", logger="evo"):
        run = evo.search(**asked, evaluations=30, workers=0, run_dir=tmp_path / "run")
    front = [record.candidate for record in run.front()]
    assert front == ["9", "8", "7", "6", "5", "4", "3", "2", "1"]  # more parameters are more multiply-adds
    assert run.best(1)[0].candidate == "9"
    lines = shown(run)
    assert lines[0] == "front: 9 of 9 candidates, by fitness, -macs"
    assert [line.split()[-1] for line in lines[3:]] == front
    assert lines[0] in caplog.messages[-1]
    assert lines[0] in repr(run)
    listed = json.loads((run.path / FRONT).read_text())["candidates"]
    assert [one["candidate"] for one in listed] == front
    smallest = run.front()[-1]
    assert smallest.fitness is not None
    assert smallest.macs is not None
    assert run.hypervolume({"fitness": 0.0, "macs": 10**9}) > run.hypervolume() > 0
    assert run.hypervolume({"fitness": smallest.fitness, "macs": smallest.macs}) == 0.0


class FrontSizes(Observer):
    """Keeps what a search says of its front."""

    def __init__(self) -> None:
        self.fronts: list[int] = []

    def finished(self, run: LiveRun, finished: Finished) -> None:
        self.fronts.append(run.front)


def test_observers_are_told_how_large_the_front_is_also_after_a_kill(tmp_path: Path) -> None:
    asked: Asked = {
        "space": BitStrings,
        "fitness": CountOnes(noise=0.0),
        "data": "noise",
        "initial": TWO_POINTS,
    }
    asked |= {"strategy": "random_search", "workers": 0, "ahead": 1}
    seen = FrontSizes()
    evo.search(**asked, objectives="fitness,zeros", evaluations=2, callbacks=[seen], run_dir=tmp_path / "run")
    assert seen.fronts == [1, 2]
    again = FrontSizes()
    evo.search(**asked, objectives="fitness,zeros", evaluations=3, callbacks=[again], run_dir=tmp_path / "run")
    assert again.fronts[0] >= 2
    alone = FrontSizes()
    evo.search(**asked, evaluations=2, callbacks=[alone], run_dir=tmp_path / "alone")
    assert alone.fronts == [0, 0]


def test_a_reused_score_has_the_size_of_its_own_candidate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from evo.engine import evolution
    from spaces import Complexity

    def size(space: Any, images: Any, text: str) -> Complexity:
        return Complexity(params=int(text, 2), macs=1)

    monkeypatch.setattr(evolution, "_no_size", lambda text: size(None, None, text))
    monkeypatch.setattr(evaluator, "describe", size)
    monkeypatch.setattr("evo.engine.evolution_session.check_objectives", lambda config, space: None)
    initial = ["0000000011", "0000000110", "0000000101"]
    asked: Asked = {
        "space": CountedBitStrings,
        "fitness": CountOnesOnly,
        "data": "noise",
        "initial": initial,
        "ahead": 1,
    }
    run = evo.search(**asked, objectives="fitness,-params", evaluations=3, workers=0, run_dir=tmp_path)
    found = rows(run.path, ["reused", "metrics"])
    assert [row["reused"] for row in found] == [False, True, True]
    assert [dict(row["metrics"])["objective.params"] for row in found] == [-3.0, -6.0, -5.0]


def test_a_metric_that_the_fitness_does_not_give_fails_each_trial_with_the_known_ones(tmp_path: Path) -> None:
    run = evo.search(
        space=BitStrings, fitness=CountOnes, objectives="fitness,zeroes", data="noise", evaluations=3, workers=0,
        run_dir=tmp_path,
    )  # fmt: skip
    assert {row["status"] for row in rows(run.path)} == {"failed"}
    (line,) = [line for line in run_status(run.path).lines if "failed, e.g." in line]
    assert "there is no metric 'zeroes' for the objective of that name; the metrics are: zeros" in line
    assert run.front() == []


def test_latency_is_measured_where_a_score_is_and_taken_from_the_log_after_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[tuple[int, int]] = []

    def stopwatch(candidate: int, context: Any, batch: int) -> Latency:
        measured.append((candidate, batch))
        return Latency(0.001 * ((7 * candidate) % 9 + len(measured) / 1_000), 0.5)

    monkeypatch.setattr(evaluator, "measured_latency", stopwatch)
    asked: Asked = {"space": TinyNetworks, "fitness": "params", "data": "noise", "workers": 0, "ahead": 2}
    asked |= {"objectives": "fitness,-latency(batch=3)", "strategy": "nsga2(population=3)", "run_dir": tmp_path / "run"}
    first = rows(evo.search(**asked, evaluations=6).path, METRICS)
    before = list(measured)
    assert {batch for _, batch in before} == {3}
    assert len(before) == len({row["candidate"] for row in first})
    more = rows(evo.search(**asked, evaluations=12).path, METRICS)
    assert more[:6] == first
    assert len(measured) == len({row["candidate"] for row in more})
    metrics: Mapping[str, float] = dict(first[0]["metrics"])
    assert metrics["objective.latency"] == -metrics["latency"]
    assert metrics["latency_spread"] == 0.5


def test_one_candidate_is_scored_by_the_objectives_of_its_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from evo.commands.run import main

    asked = ["--space", "tests.tiny:TinyNetworks", "--fitness", "params", "--data", "noise", "--workers", "0"]
    done = main([*asked, "--objectives", "fitness,-macs", "--evaluations", "2", "--run-dir", str(tmp_path), "--quiet"])
    assert done == 0
    assert main(["--resume", str(tmp_path), "--candidate", "3", "--trust-plugins"]) == 0
    assert main([*asked, "--objectives", "fitness,wrong", "--candidate", "3"]) == 1
    assert "there is no metric 'wrong'" in capsys.readouterr().err


def test_a_latency_of_what_is_no_network_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--objectives: -latency is for networks"):
        search(tmp_path / "run", objectives="fitness,-latency", workers=0)
    assert not (tmp_path / "run").exists()


def test_a_supernet_has_one_loss(tmp_path: Path) -> None:
    asked: Asked = {
        "space": "nasbench201(stem_channels=4,cells_per_stage=1)",
        "fitness": "rotation",
        "data": "noise",
    }
    with pytest.raises(UsageError, match="--objectives fitness,-params: darts trains a supernet by one loss"):
        evo.search(**asked, strategy="darts", objectives="fitness,-params", workers=0, run_dir=tmp_path / "run")
    assert not (tmp_path / "run").exists()
